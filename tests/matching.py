"""The posts that a search finds, without its page."""

from flaskr.data import search
from flaskr.text.query import parse


def matching(query, cursor=None):
    """A filter of the posts that match what somebody typed, the best first."""
    return search.list_best(search.find(parse(query), cursor), cursor)
