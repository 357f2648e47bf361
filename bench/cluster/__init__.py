"""Three Flaskr processes on PostgreSQL with a replica, behind nginx, on one machine."""
