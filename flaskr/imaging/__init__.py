"""Functions on images: no Flask, no SQL."""
