"""Whether a database is in order: what ``check`` asks, a module for each noun. Each
``check`` reads the snapshot that is open, and each ``repair`` writes."""
