"""Parts of pages that are kept: each key names all that its block shows."""

from pathlib import Path

import pytest
from jinja2 import nodes

from flaskr import create_app
from flaskr.web import fragments

TEMPLATES = Path(__file__).parent.parent / "flaskr/templates"

# The same for every request of an app, or in every key: the site, the language, and
# what owners set.
CONSTANT = {
    *("_", "gettext", "ngettext", "language", "languages", "config", "url_for"),
    *("cached", "permalink", "highlighter", "feed_types", "loop"),
    # A macro, whose arguments are read.
    "picture",
    *("setting", "find_brand", "find_languages", "can_register"),
    *("max_title", "max_body", "max_about", "max_comment"),
    # In the key of all.
    "is_frozen",
    # In no block for who is logged out, and cached for nobody else.
    *("form_token", "form_address", "form_attributes"),
}


# What says what the current user may do, and all that this depends on.
OF_PERSON = {"may", "is_removable", "form_shown", "decoy_field"}
PERSON = {("g", "user", "id"), ("g", "user", "role")}


@pytest.fixture(scope="module")
def environment():
    return create_app({"TESTING": True, "DATABASE": "/nowhere"}).jinja_env


def path_of(node):
    """``("post", "title")`` for ``post['title']`` or ``post.title``; else ``None``."""
    if isinstance(node, nodes.Name):
        return (node.name,)
    elif isinstance(node, nodes.Getattr):
        above = path_of(node.node)
        return above and (*above, node.attr)
    elif isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Const):
        above = path_of(node.node)
        return above and (*above, node.arg.value)

    return None


def names_in(target):
    return {
        name.name for name in [target, *target.find_all(nodes.Name)] if path_of(name)
    }


class Block:
    """What a block shows, as paths of the variables that it reads."""

    def __init__(self, environment):
        self.environment = environment
        self.paths = set()

    def read(self, node, known=frozenset()):
        """Read what a node reads; ``known`` are the names that the block makes."""
        path = path_of(node)

        if path is not None:
            if path[0] not in known | CONSTANT:
                self.paths.add(path)
        elif isinstance(node, nodes.For):
            self.read(node.iter, known)
            self.read_all([*node.body, *node.else_], known | names_in(node.target))
        elif isinstance(node, nodes.With):
            self.read_all(node.values, known)
            targets = frozenset().union(*map(names_in, node.targets))
            self.read_all(node.body, known | targets)
        elif isinstance(node, nodes.Include):
            self.read(self.parse(node.template.value), known)
        else:
            self.read_all(node.iter_child_nodes(), known)

    def read_all(self, children, known):
        children = list(children)
        sets = [c for c in children if isinstance(c, (nodes.Assign, nodes.AssignBlock))]
        made = frozenset().union(*(names_in(child.target) for child in sets))

        for child in children:
            self.read(child, known | made)

    def parse(self, name):
        source = self.environment.loader.get_source(self.environment, name)[0]
        return self.environment.parse(source)


def find_cached(node, decided=()):
    """All cached blocks below a node, with the conditions that they stand under."""
    for child in node.iter_child_nodes():
        is_call = isinstance(child, nodes.CallBlock)

        if is_call and getattr(child.call.node, "name", "") == "cached":
            yield child, decided

        if isinstance(child, nodes.If):
            yield from find_cached(child, (*decided, child.test))
        else:
            yield from find_cached(child, decided)


def find_missing(environment, source):
    """What blocks show and their keys lack, as pairs of a key and a path."""
    for block, decided in find_cached(environment.parse(source)):
        shown, key = Block(environment), Block(environment)
        shown.read_all(block.body, frozenset())
        key.read_all([*block.call.args, *decided], frozenset())

        is_personal = PERSON <= key.paths or ("g", "user") in key.paths

        for path in shown.paths:
            is_named = any(path[: len(part)] == part for part in key.paths)

            if not is_named and not (is_personal and path[0] in OF_PERSON):
                yield block.call.args[0].value, path


@pytest.mark.parametrize(
    "path",
    sorted(p for p in TEMPLATES.rglob("*.*ml") if "cached(" in p.read_text("utf-8")),
    ids=lambda path: str(path.relative_to(TEMPLATES)),
)
def test_a_key_names_all_that_its_block_shows(environment, path):
    assert not list(find_missing(environment, path.read_text("utf-8")))


def test_keys_that_lack_something_are_found(environment):
    for lacking, path in (
        ("{{ g.user['name'] }}", ("g", "user", "name")),
        ("{% for x in rows %}{{ x }}{% endfor %}", ("rows",)),
        ("{% include 'footer.html' %}", ("this_page",)),
        ("{{ post['title']|upper }}", ("post", "title")),
        ("{% if request.args %}x{% endif %}", ("request", "args")),
        ("{% if may('post.update', post) %}x{% endif %}", ("may",)),
    ):
        source = "{% call cached('a', post['id']) %}" + lacking + "{% endcall %}"
        assert ("a", path) in list(find_missing(environment, source))


def test_names_of_cached_blocks_are_unique(environment):
    names = [
        block.call.args[0].value
        for path in TEMPLATES.rglob("*.*ml")
        for block, _ in find_cached(environment.parse(path.read_text("utf-8")))
    ]
    assert len(names) == len(set(names)) > 15


class Row(dict):
    """A row of another engine: one iterates over its values."""

    def __iter__(self):
        return iter(self.values())


def test_rows_are_compared_by_what_is_in_them(app, monkeypatch):
    monkeypatch.setattr(fragments, "RowType", Row)
    first, second = Row(id=1, title="a"), Row(id=1, title="b")
    assert fragments.cache_key(first) != fragments.cache_key(second)
    assert fragments.cache_key([first]) != fragments.cache_key([second])
    assert fragments.cache_key([first]) == fragments.cache_key([Row(id=1, title="a")])
    hash(fragments.cache_key([first]))
