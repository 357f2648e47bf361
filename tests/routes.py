"""Addresses of all routes, for the tests that go through them."""

VALUES = {
    **{"id": 1, "slug": "a-title", "rest": "x", "name": "alice", "tag": "en"},
    **{"format": "atom", "year": 2026, "month": 11, "number": 1},
    "filename": "style.css",
    "version": 1,
    "link_id": 1,
    "token": "MQ",
    "form_id": "form",
    "kind": "comment",
    "scheme": "dark",
}


def list_addresses(app, method):
    """The endpoint of each route that answers a method, and a path of it: of what the
    first post and the first user have."""
    for rule in app.url_map.iter_rules():
        if method in rule.methods:
            values = {name: VALUES[name] for name in rule.arguments}
            _, path = rule.build(values, append_unknown=False)
            yield rule.endpoint, path
