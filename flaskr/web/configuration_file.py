"""What the operator sets in ``config.py``, which wins over the environment."""

import ast
import os
from collections.abc import Iterator
from pathlib import Path

from flask import Flask

from ..errors import SettingsError
from .configuration import PREFIX
from .configuration import refuse_name


def read(app: Flask) -> dict[str, str]:
    """Set what a Python file in the instance folder says, if there is one. Return where
    each of these settings is.

    :raise SettingsError: with the place, if it can't be run or makes no sense
    """
    path = Path(app.instance_path, "config.py")
    refuse_other_kinds(path)
    before = dict(app.config)

    try:
        found = app.config.from_pyfile(str(path), silent=True)
    except (Exception, SystemExit) as e:
        line = find_line(e, str(path))
        raise SettingsError(
            f"{path}{f', line {line}' if line else ''}: {type(e).__name__}:"
            f" {find_reason(e, path)}."
        ) from e

    places = {}

    for name, line in find_assignments(path) if found else ():
        where = f"{name} in {path}, line {line},"
        # Not as in the environment.
        ours = name.upper().removeprefix(PREFIX)

        if name not in before and ours in before:
            raise SettingsError(f"{where} should be {ours}.")

        refuse_name(name, where)
        places[name] = f"{path}, line {line}"

    return places


def refuse_other_kinds(path: Path) -> None:
    """Refuse what is there, and no file.

    :raise SettingsError: then
    """
    if path.is_dir():
        # Docker makes one of a file that is missing.
        raise SettingsError(f"{path} is a folder; it should be a file.")

    if path.is_symlink() and not path.exists():
        # Without what it says, the blog may be open to anybody.
        raise SettingsError(f"{path} is a link to {os.readlink(path)}: nothing there.")


def find_line(error: BaseException, path: str) -> int:
    """The line of a file that raised an error; 0 if there is no telling."""
    if isinstance(error, SyntaxError) and error.filename == path:
        return error.lineno or 0

    lines = [0]
    traceback = error.__traceback__

    while traceback is not None:
        if traceback.tb_frame.f_code.co_filename == path:
            lines.append(traceback.tb_lineno)

        traceback = traceback.tb_next

    return lines[-1]


def find_reason(error: BaseException, path: Path) -> str:
    """Why a file can't be run, without the full stop."""
    if isinstance(error, SyntaxError):
        return f"{error.msg}{'' if is_utf8(path) else '. Save the file as UTF-8'}"

    return str(error) or "it stopped the start and gave no reason"


def is_utf8(path: Path) -> bool:
    """Whether a file is text as Python has it. PowerShell writes UTF-16."""
    try:
        return "\0" not in path.read_text("utf-8")
    except UnicodeDecodeError:
        return False


def find_assignments(path: Path) -> list[tuple[str, int]]:
    """The names that a file sets for all of it, and their lines.

    :raise SettingsError: if one has a colon, as in YAML, and gets no value
    """
    found, declared = [], []

    for node in walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.AnnAssign) and node.value is None:
            declared.append((ast.unparse(node.target), node.lineno))
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.append((node.id, node.lineno))
        elif isinstance(node, ast.alias) and node.asname:
            found.append((node.asname, node.lineno))

    for name, line in declared:
        if name not in dict(found):
            raise SettingsError(
                f"{path}, line {line}: {name} has a colon, and gets no value."
                f" Write: {name} = …"
            )

    return found


def walk(node: ast.AST) -> Iterator[ast.AST]:
    """What is in a file, but for what functions and classes have of their own, and the
    names that get a type and no value."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            continue

        yield child

        if not (isinstance(child, ast.AnnAssign) and child.value is None):
            yield from walk(child)
