"""What only PostgreSQL does, and what goes between the engines."""
