"""What only SQLite does: files, their log, locks, and upgrades from the tutorial."""
