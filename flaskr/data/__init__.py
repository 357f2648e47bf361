"""One module a noun, with its SQL; none knows a request."""
