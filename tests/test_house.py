"""The rules of the house, where a short test can check them."""

import ast
import functools
import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
FLASKR = ROOT / "flaskr"
MODULES = sorted(FLASKR.rglob("*.py"))
TESTS = sorted(Path(__file__).parent.rglob("*.py"))

# The rooms, each above those to the left of it: a room imports itself and those.
# What is in one place stands side by side, and imports nothing of each other.
ROOMS = (
    ("text", "imaging", "zips"),
    ("sqlite", "postgresql"),
    ("engines",),
    ("db",),
    ("copy_db",),
    ("data",),
    ("backup",),
    ("export",),
    ("freezing", "importing"),
    ("web",),
    ("views",),
)

# For all, and importing none of the rooms but each other.
COMMON = ("errors", "findings", "setting_kinds", "settings", "writers")

# The rooms that have SQL, and the modules that know which engine runs.
ENGINES = ("sqlite", "postgresql")
SQL_ROOMS = ("data", *ENGINES)

# What one engine alone understands, and what it takes for parameters.
OF_ONE_ENGINE = re.compile(
    r"\bGLOB\b|\bMATCH\b|\bNOCASE\b|\browid\b|\bPRAGMA\b|\bAUTOINCREMENT\b|sqlite_"
    r"|\bINSERT OR\b|\bUPDATE OR\b|\bREPLACE INTO\b|AS BLOB|json_\w+\(|last_insert"
    # A time is text here, in UTC; what this is depends on the engine.
    r"|CURRENT_TIMESTAMP"
    r"|\b(datetime|strftime|julianday|unixepoch|instr|ifnull|iif|group_concat|hex"
    r"|randomblob|random|typeof|printf|total|changes)\(|==|\?\d|%|\bIS \?|`"
    r"|\b(LIKE|COLLATE|INDEXED BY|oid|_rowid_)\b|pragma_|LIMIT \?,|LIMIT -",
    re.IGNORECASE,
)
PORTABLE_FUNCTIONS = {
    *("abs", "CAST", "coalesce", "count", "length", "lower", "max", "min", "nullif"),
    *("substr", "sum"),
}
SQL = re.compile(
    r"\b(SELECT|INSERT INTO|DELETE FROM|LEFT JOIN|ORDER BY|GROUP BY|PRAGMA|BEGIN"
    r"|COMMIT|ROLLBACK|VACUUM)\b|\bUPDATE \S+ SET\b|\bCREATE (TABLE|INDEX|TRIGGER)"
    r"|\bWHERE \S+ [=<>]|\b[a-z]\.(id|created|post_id|score|title|body)\b"
)
# What connections and cursors have on one engine alone.
METHODS_OF_ONE_ENGINE = {"executemany", "executescript", "lastrowid", "create_function"}
OF_THE_REQUEST = {"request", "session", "flash", "abort"}

# Blocks within blocks of a function.
MAX_NESTING = 3


def every(paths):
    """Have a test, which is about a file, tell of all files that break its rule. As a
    test for each of a thousand, they took a tenth of the time."""

    def decorate(test):
        def test_all():
            broken = []

            for path in paths:
                try:
                    test(path)
                except AssertionError as e:
                    broken.append(f"{path.relative_to(ROOT)}: {e}")

            assert paths
            assert not broken, "\n".join(broken)

        test_all.__doc__ = test.__doc__
        return test_all

    return decorate


every_module = every(MODULES)
every_test = every(TESTS)


@functools.cache
def parse(path):
    return ast.parse(path.read_text("utf-8"))


@functools.cache
def walk(path):
    """All nodes of a module."""
    return list(ast.walk(parse(path)))


def room_of(path):
    """The room of a module; the empty string for flaskr/__init__.py."""
    first = path.relative_to(FLASKR).parts[0]
    return "" if first == "__init__.py" else first.removesuffix(".py")


def rank(room):
    """How high a room is."""
    if room in COMMON:
        return -1
    elif room == "":
        return len(ROOMS)

    return next(number for number, rooms in enumerate(ROOMS) if room in rooms)


def imported_rooms(path):
    """The rooms that a module imports, wherever in it, and the line."""
    package = ("flaskr", *path.relative_to(FLASKR).parts[:-1])

    for node in walk(path):
        if isinstance(node, ast.ImportFrom):
            parts = package[: len(package) - node.level + 1] if node.level else ()
            parts += tuple((node.module or "").split(".")) if node.module else ()
            names = [(*parts, alias.name) for alias in node.names]
        elif isinstance(node, ast.Import):
            names = [tuple(alias.name.split(".")) for alias in node.names]
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            # As importlib or a lookup by name has it.
            names = [tuple(node.value.split("."))] if is_module(node.value) else []
        else:
            continue

        for name in names:
            if name[0] == "flaskr" and name[1:]:
                yield name[1], node.lineno


def is_module(name):
    """Whether a string is the path of a module here."""
    path = ROOT / name.replace(".", "/")
    return bool(re.fullmatch(r"flaskr(\.\w+)+", name)) and (
        path.is_dir() or path.with_suffix(".py").exists()
    )


def functions(path):
    for node in walk(path):
        if isinstance(node, ast.FunctionDef):
            yield node


def docstrings(tree):
    for node in ast.walk(tree):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)):
            first = node.body[0] if node.body else None

            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                yield first.value


def strings(tree):
    """The strings of a module but its docstrings; parts of f-strings, too."""
    not_these = set(docstrings(tree))
    return [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and node not in not_these
    ]


def has_sql(node):
    return any(
        isinstance(n, ast.Call)
        and isinstance(n.func, ast.Attribute)
        and n.func.attr.startswith("execute")
        for n in ast.walk(node)
    )


def is_view(node):
    return any(
        re.search(r"\b(route|get|post)\(", ast.unparse(decorator))
        for decorator in node.decorator_list
    )


# Layers


@every_module
def test_a_room_imports_itself_and_what_stands_below(path):
    own = room_of(path)

    for room, line in imported_rooms(path):
        if room == own or room in COMMON and own not in COMMON:
            continue
        elif own in COMMON:
            assert room in COMMON, f"{path.name}:{line} imports {room}"
        else:
            assert rank(room) < rank(own), f"{path.name}:{line} imports {room}"


def test_every_module_is_in_a_room():
    rooms = {"", *COMMON, *(room for rooms in ROOMS for room in rooms)}
    assert {room_of(path) for path in MODULES} == rooms


@every_module
def test_only_the_seam_imports_an_engine(path):
    # In __init__, "flaskr.sqlite" is the name of a file.
    if room_of(path) not in (*ENGINES, "engines", ""):
        assert not {room for room, _ in imported_rooms(path)} & set(ENGINES)


@every_module
def test_nothing_is_imported_by_another_way(path):
    text = path.read_text("utf-8")
    # It asks for another library, and takes nothing.
    text = re.sub(r'"\w+" in sys\.modules', "", text)
    assert not re.search(r"import_module|__import__|import_string|sys\.modules", text)
    assert not re.search(r"^\s*import flaskr\b", text, re.MULTILINE)

    for string in strings(parse(path)):
        rooms = "|".join(room for rooms in ROOMS for room in rooms)
        is_room = re.match(rf"flaskr\.({rooms})[.:]", string.value)
        assert not is_room, string.value


def imported_modules(path):
    """The modules of the same room that a module imports, wherever in it."""
    for node in walk(path):
        if isinstance(node, ast.ImportFrom) and node.level:
            folder = path.parents[node.level - 1]
            names = [node.module] if node.module else [a.name for a in node.names]

            for name in names:
                found = folder / f"{name.replace('.', '/')}.py"

                if found.exists() and room_of(found) == room_of(path):
                    yield found


@every_module
def test_no_module_is_imported_by_what_it_imports(path):
    seen, ahead = set(), [path]

    while ahead:
        for found in imported_modules(ahead.pop()):
            assert found != path

            if found not in seen:
                seen.add(found)
                ahead.append(found)


def test_nothing_is_smuggled_through_the_extensions_of_the_app():
    """What a room puts there is read in that room only."""
    rooms = {}

    for path in MODULES:
        for string in strings(parse(path)):
            if re.fullmatch(r"flaskr\.\w+", string.value):
                rooms.setdefault(string.value, set()).add(room_of(path))

    rooms.pop("flaskr.settings")
    assert len(rooms) > 5
    assert not [key for key, found in rooms.items() if len(found) > 1]


# SQL


@every_module
def test_sql_stands_in_data_and_the_engines(path):
    if room_of(path) not in SQL_ROOMS:
        assert not has_sql(parse(path))

        for string in strings(parse(path)):
            assert not SQL.search(string.value), string.value


@every_module
def test_sql_is_portable(path):
    if room_of(path) != "data":
        return

    tree = parse(path)
    spoken = {
        argument
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("_", "re.compile")
        for argument in ast.walk(node)
    }
    spoken |= {
        part
        for node in ast.walk(tree)
        if isinstance(node, ast.FormattedValue) and node.format_spec
        for part in ast.walk(node.format_spec)
    }

    for string in strings(tree):
        assert not re.search(r"\b(FROM|JOIN|INTO|UPDATE) user\b", string.value)

        if string not in spoken:
            assert not OF_ONE_ENGINE.search(string.value), string.value
            called = set(re.findall(r"\b(\w+)\(", string.value))
            assert called <= PORTABLE_FUNCTIONS, string.value


@every_module
def test_only_the_engines_use_what_one_connection_can(path):
    if room_of(path) not in ENGINES:
        used = {node.attr for node in walk(path) if isinstance(node, ast.Attribute)}
        assert not used & METHODS_OF_ONE_ENGINE


@every_module
def test_only_the_engines_know_which_database_runs(path):
    text = path.read_text("utf-8")

    if room_of(path) not in (*ENGINES, "engines"):
        assert not re.search(r"\bsqlite3\b|psycopg|lastrowid", text)


@every_module
def test_sql_and_the_request_never_meet_in_one_function(path):
    for function in functions(path):
        if has_sql(function):
            names = {n.id for n in ast.walk(function) if isinstance(n, ast.Name)}
            assert not names & OF_THE_REQUEST, function.name
            assert not is_view(function), function.name


@every_module
def test_transactions_are_told_once(path):
    text = path.read_text("utf-8")
    assert not re.search(r"with (connection|db|get_db\(\)):", text)

    if room_of(path) not in ENGINES:
        assert not re.search(r"\.(commit|rollback)\(|BEGIN", text)


@every_module
def test_texts_and_images_need_no_flask(path):
    if room_of(path) in ("text", "imaging"):
        assert not re.search(
            r"^\s*(from|import) flask\b", path.read_text("utf-8"), re.M
        )


# Views


@every_module
def test_get_and_post_are_two_views(path):
    for function in functions(path):
        decorators = " ".join(map(ast.unparse, function.decorator_list))
        assert "methods=" not in decorators, function.name
        assert len(set(re.findall(r"\.(get|post|put|delete|patch)\(", decorators))) < 2

    assert "add_url_rule(" not in path.read_text("utf-8") or room_of(path) == ""


# Names and sizes


@every_module
def test_public_functions_outside_views_say_what_they_do(path):
    if room_of(path) == "views":
        return

    tree = parse(path)
    assert ast.get_docstring(tree) or path.name == "__init__.py", "the module"

    classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]

    for node in [*tree.body, *(n for c in classes for n in c.body)]:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            if not node.name.startswith("_"):
                text = ast.get_docstring(node)
                assert text, f"{path.name}: {node.name}"
                assert not text.startswith((":raise", ":param")), node.name


@every_module
def test_the_private_parts_of_others_are_left_alone(path):
    for node in walk(path):
        if isinstance(node, ast.Attribute):
            is_private = re.match(r"_[a-z]", node.attr)
            # os._exit() and NamedTuple's are public.
            public = ("_replace", "_asdict", "_exit")
            assert not is_private or node.attr in public, node.attr
        elif isinstance(node, ast.FunctionDef):
            assert not re.match(r"_[a-z]", node.name), node.name
        elif isinstance(node, ast.ImportFrom):
            assert not [a.name for a in node.names if re.match(r"_[a-z]", a.name)]


def nesting(node, depth=0):
    """How many blocks are within each other."""
    blocks = (ast.If, ast.For, ast.While, ast.With, ast.Try, ast.FunctionDef)
    deepest = depth

    for child in ast.iter_child_nodes(node):
        # "elif" is no deeper than "if".
        is_elif = isinstance(child, ast.If) and child in getattr(node, "orelse", ())
        is_block = isinstance(child, blocks) and not (
            is_elif and isinstance(node, ast.If)
        )
        deepest = max(deepest, nesting(child, depth + is_block))

    return deepest


@every_module
def test_modules_and_functions_are_short(path):
    assert len(path.read_text("utf-8").splitlines()) <= 300

    for function in functions(path):
        assert function.end_lineno - function.lineno < 40, function.name
        assert nesting(function) <= MAX_NESTING, function.name


def test_templates_are_short():
    for path in FLASKR.glob("templates/**/*.html"):
        assert len(path.read_text("utf-8").splitlines()) <= 80, path.name


def test_scripts_are_short():
    for path in FLASKR.glob("static/*.js"):
        assert len(path.read_text("utf-8").splitlines()) < 300, path.name


# Tests


@every_test
def test_names_of_tests_begin_with_their_subject(path):
    for function in functions(path):
        if function.name.startswith("test_"):
            assert not re.match(r"test_(it|its|that|so|they|this)_", function.name)


@every_test
def test_nothing_waits_without_a_limit(path):
    """Neither for a process nor for a thread."""
    for node in walk(path):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue

        name = node.func.attr
        keywords = {keyword.arg for keyword in node.keywords}
        owner = ast.unparse(node.func.value)

        if name in ("wait", "join", "communicate", "get") and not node.args:
            is_waiting = name != "get" or "queue" in owner
            assert not is_waiting or "timeout" in keywords, (node.lineno, name)
        elif owner == "subprocess" and name in ("run", "check_output", "check_call"):
            assert "timeout" in keywords, (node.lineno, name)
