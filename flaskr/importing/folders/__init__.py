"""Blogs that programs make of folders of Markdown."""
