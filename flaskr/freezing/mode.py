"""How the app knows that a page is to become a file."""

# In the environment of a request: no client can set what has no "HTTP_" before it.
FROZEN = "flaskr.frozen"
