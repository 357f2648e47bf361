"""Functions on texts: no Flask, no SQL."""
