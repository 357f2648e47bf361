"""Import from what other blogs and programs write when people leave."""
