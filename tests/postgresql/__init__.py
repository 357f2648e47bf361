"""What only PostgreSQL does, and what it must do as SQLite does."""
