import os
import subprocess
import sys

import jinja2
import pytest

from flaskr.web.bytecode import TemplateBytecode


@pytest.fixture
def template(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    path = tmp_path / "page.html"
    path.write_text("Hello, {{ name }}!")
    return path


@pytest.fixture
def render(template, monkeypatch):
    """A function that renders the template as a new process would; its list
    ``compiled`` has the templates that had to be compiled."""

    class Environment(jinja2.Environment):
        def _compile(self, source, filename):
            render.compiled.append(filename)
            return super()._compile(source, filename)

    def render():
        environment = Environment(
            loader=jinja2.FileSystemLoader(template.parent),
            bytecode_cache=TemplateBytecode(),
        )
        return environment.get_template(template.name).render(name="Ada")

    render.compiled = []
    return render


def find_bytecode(template):
    (path,) = (template.parent / "__pycache__").iterdir()
    return path


def test_a_template_is_compiled_once(render, template):
    assert [render(), render()] == ["Hello, Ada!"] * 2
    assert render.compiled == [str(template)]


def test_the_bytecode_lies_as_that_of_modules_does(render, template):
    render()
    tag = sys.implementation.cache_tag
    assert find_bytecode(template).name == f"page.html.{tag}.pyc"
    # init-db may be run by root, and the server by somebody else
    assert find_bytecode(template).stat().st_mode & 0o777 == 0o644


def test_a_changed_template_is_compiled_anew(render, template):
    render()
    template.write_text("Bye, {{ name }}!")
    assert [render(), render()] == ["Bye, Ada!"] * 2
    assert len(render.compiled) == 2


def test_another_jinja_compiles_anew(render, monkeypatch):
    render()
    monkeypatch.setattr(jinja2, "__version__", "99")
    assert [render(), render()] == ["Hello, Ada!"] * 2
    assert len(render.compiled) == 2


def damage(content, where):
    return content[:where] + bytes([content[where] ^ 1]) + content[where + 1 :]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda content: b"",
        lambda content: content[:10],
        lambda content: content[:-1],
        lambda content: damage(content, 0),
        lambda content: damage(content, len(content) // 2),
    ],
)
def test_damaged_bytecode_is_replaced(render, template, spoil):
    render()
    path = find_bytecode(template)
    whole = path.read_bytes()
    path.write_bytes(spoil(whole))
    assert render() == "Hello, Ada!"
    assert path.read_bytes() == whole


def test_a_folder_that_takes_no_files_slows_only(render, template):
    (template.parent / "__pycache__").write_bytes(b"")
    assert [render(), render()] == ["Hello, Ada!"] * 2
    assert len(render.compiled) == 2


def test_a_disk_that_is_full_leaves_nothing_behind(render, template, monkeypatch):
    def fail(*args, **options):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.chmod", fail)
    assert render() == "Hello, Ada!"
    assert list((template.parent / "__pycache__").iterdir()) == []


def test_a_python_that_keeps_no_bytecode_keeps_none(render, template, monkeypatch):
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    render()
    assert not (template.parent / "__pycache__").exists()


def test_a_template_without_a_file_is_compiled_each_time(render, template):
    for _ in range(2):
        environment = jinja2.Environment(
            loader=jinja2.DictLoader({"page": "Hello"}),
            bytecode_cache=TemplateBytecode(),
        )
        assert environment.get_template("page").render() == "Hello"

    assert list(template.parent.iterdir()) == [template]


def test_an_app_keeps_the_bytecode_of_its_pages(tmp_path):
    program = "import flaskr; flaskr.create_app().test_client().get('/')"
    environment = {
        **os.environ,
        "FLASKR_INSTANCE_PATH": str(tmp_path / "instance"),
        "PYTHONPYCACHEPREFIX": str(tmp_path / "bytecode"),
    }
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    subprocess.run(
        [sys.executable, "-c", program], env=environment, check=True, timeout=60
    )
    assert list((tmp_path / "bytecode").rglob("error.html.*.pyc"))
