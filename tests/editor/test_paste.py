"""What the script does with what is pasted: it asks the server for Markdown, and loses
nothing if there is none."""

import re

import pytest
from playwright.sync_api import expect

from ..browsers import axe_violations
from ..browsers import expect_message
from ..browsers import fill_in_post
from ..browsers import needs_chromium
from ..browsers import press
from ..conftest import wait_until
from .actions import begin_composing
from .actions import bring
from .actions import put
from .actions import state

pytestmark = needs_chromium

HTML = "<h2>Bread</h2><p>is <b>good</b></p>"
PLAIN = "Bread\nis good"
MARKDOWN = "## Bread\n\nis **good**"
VSCODE = (
    "<div style='font-family: Consolas, monospace; white-space: pre;'><div>a = 1</div>"
    "<div>b = 2</div></div>"
)


@pytest.fixture
def asked(page):
    """What the server is asked from here on."""
    asked = []
    page.on("request", lambda it: asked.append(it) if "/paste" in it.url else None)
    return asked


def say(page):
    return page.locator(".pasted").first


def hold(page):
    """Have the server answer only when told to: ``hold(page)()``."""
    held = []
    page.route("**/paste", lambda route: held.append(route))

    def release(**answer):
        for route in held:
            route.fulfill(json=answer) if answer else route.continue_()

        held.clear()

    return release


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("⟦", f"{MARKDOWN}⟦"),
        ("one ⟦two⟧ three", f"one \n\n{MARKDOWN}⟦ three"),
        ("one\n⟦", f"one\n\n{MARKDOWN}⟦"),
        ("- ⟦", "- ## Bread\n\n  is **good**⟦"),
    ],
)
def test_a_paste_is_markdown_and_undone_at_once(page, text, before, after):
    put(text, before)
    assert not bring(text, "paste", plain=PLAIN, html=HTML)
    expect(text).to_have_value(re.compile("## Bread"))
    assert state(text) == after
    expect(say(page)).to_have_text("")

    page.keyboard.press("Control+z")
    assert text.input_value() == before.replace("⟦", "").replace("⟧", "")
    page.keyboard.press("Control+Shift+z")
    assert text.input_value() == after.replace("⟦", "")


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("<b>in a line</b>", "in **in a line** text"),
        ("<ul><li>a</li></ul>", "in \n\n- a\n\n text"),
        ("<i>a</i><pre>b\nc</pre>", "in *a*\n\n```\nb\nc\n```\n\n text"),
    ],
)
def test_what_is_no_part_of_a_line_gets_room(text, html, markdown):
    put(text, "in ⟦ text")
    assert not bring(text, "paste", plain="x", html=html)
    expect(text).to_have_value(markdown)


@pytest.mark.parametrize(
    ("before", "pasted", "after"),
    [
        ("a ⟦word⟧", "https://a.example/", "a [word](https://a.example/)⟦"),
        ("a ⟦word⟧", "mailto:a@b.example", "a [word](mailto:a@b.example)⟦"),
        ("a ⟦word⟧", "other", None),
        ("a ⟦", "https://a.example/", None),
        ("⟦https://⟧", "https://a.example/", None),
        (
            "[so ⟦many⟧ words](/b 't')",
            "https://a.example/(c)",
            "[so many words](<https://a.example/(c)>⟦ 't')",
        ),
        ("[⟦word⟧](<b c>)", "https://a.example/", "[word](https://a.example/⟦)"),
        ("[word](/⟦b⟧/c)", "https://a.example/", None),
        ("[a ⟦word⟧][b]", "https://a.example/", None),
        ("![a ⟦word⟧](/b.png)", "https://a.example/", None),
        ("https://a.example/⟦word⟧/", "https://a.example/", None),
        ("[a](/b) ⟦word⟧", "https://a.example/", "[a](/b) [word](https://a.example/)⟦"),
    ],
)
def test_an_address_pasted_onto_words_makes_a_link(text, before, pasted, after):
    put(text, before)
    goes_on = bring(text, "paste", plain=pasted)
    assert goes_on == (after is None)
    assert state(text) == (after or before)


def test_a_link_pasted_onto_words_makes_them_that_link(text, asked):
    put(text, "a ⟦word⟧")
    html = "<meta charset=utf-8><a href='https://a.example/(b)'>Its title</a>"
    assert not bring(text, "paste", plain="Its title", html=html)
    assert state(text) == "a [word](<https://a.example/(b)>)⟦"
    assert not asked


@pytest.mark.parametrize(
    ("plain", "html"),
    [
        ("Words", "<meta charset='utf-8'><span style='color: red'>Words</span>"),
        (
            "Words",
            "<p style='font-weight: 400; font-style: normal; white-space: normal'>"
            "Words</p>",
        ),
        ("One\n\nTwo", "<p>One</p><p>Two</p>"),
        ("Words", None),
    ],
)
def test_text_without_formatting_is_pasted_by_the_browser(text, asked, plain, html):
    put(text, "⟦")
    texts = {"plain": plain, "html": html} if html else {"plain": plain}
    assert bring(text, "paste", **texts)
    assert not asked


@pytest.mark.parametrize(
    ("before", "html", "after"),
    [
        (
            "1. a\n2. ⟦\n3. c",
            "<p>one</p><p>two <b>b</b></p>",
            "1. a\n2. one\n\n   two **b**⟦\n3. c",
        ),
        ("- ⟦", "<ul><li>x</li><li>y</li></ul>", "- x\n- y⟦"),
        ("- a\n  - ⟦", "<ul><li>x</li><li>y</li></ul>", "- a\n  - x\n  - y⟦"),
        ("> - ⟦", "<ul><li>x</li><li>y</li></ul>", "> - x\n> - y⟦"),
        (
            "1. a\n2. ⟦\n3. d",
            "<ul><li>x<ul><li>y</li></ul></li><li>z</li></ul>",
            "1. a\n2. x\n   - y\n3. z⟦\n4. d",
        ),
        (
            "> * [ ] ⟦",
            "<ol><li>x<ol><li>y<p>p</p></li></ol></li><li>z</li></ol><p>q</p>",
            "> * [ ] x\n>   1. y\n> \n>      p\n> * [ ] z\n> \n> q⟦",
        ),
        (
            "- a\n  - b⟦",
            "<ul><li>x<ul><li>y</li></ul></li></ul>",
            "- a\n  - b\n\n    - x\n      - y⟦",
        ),
        ("I say⟦it", "<p> <b>bold</b> </p>", "I say **bold** ⟦it"),
    ],
)
def test_what_is_pasted_stays_in_its_item(text, before, html, after):
    put(text, before)
    plain = " bold " if "bold" in html else "one\ntwo"
    assert not bring(text, "paste", plain=plain, html=html)
    expect(text).to_have_value(after.replace("⟦", ""))
    assert state(text) == after


def test_plain_text_stays_in_its_cell(text):
    put(text, "| a⟦ | b |\n|---|---|")
    assert not bring(text, "paste", plain="x\ny|z")
    assert state(text) == "| ax y\\|z⟦ | b |\n|---|---|"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "| a | b |\n|---|---|\n| c | ⟦ |",
            "| a   | b    |\n| --- | ---- |\n| c   | x    |\n|     |      |\n"
            "|     | y\\|z⟦ |",
        ),
        (
            "> | a | b |\n> |---|---|\n> | ⟦c c⟧ | d |",
            "> | a    | b   |\n> | ---- | --- |\n> | x    | d   |\n> |      |     |\n"
            "> | y\\|z⟦ |     |",
        ),
    ],
)
def test_lines_pasted_for_a_whole_cell_fill_its_column(text, before, after):
    put(text, before)
    assert not bring(text, "paste", plain="x\r\n\r\ny|z\r\n")
    assert state(text) == after
    text.press("Control+z")
    assert text.input_value() == before.replace("⟦", "").replace("⟧", "")


def make_table(*rows):
    """What a spreadsheet puts on the clipboard."""
    cells = ["".join(f"<td>{cell}</td>" for cell in row) for row in rows]
    plain = "\r\n".join("\t".join(row) for row in rows)
    html = f"<table>{''.join(f'<tr>{row}</tr>' for row in cells)}</table>"
    return {"plain": re.sub("<.*?>", "", plain) + "\r\n", "html": html}


@pytest.mark.parametrize(
    ("before", "rows", "after"),
    [
        (
            "| a | b |\n|---|---|\n| ⟦c | d |",
            ["xy", "zw"],
            "| a   | b   |\n| --- | --- |\n| x   | y   |\n| z   | w⟦   |",
        ),
        (
            "t\n\n| a | b |\n|---|---|\n| c | d⟦ |\n| e | f |\n\nt",
            [["<i>x</i>"], [""], ["|"]],
            "t\n\n| a   | b   |\n| --- | --- |\n| c   | *x* |\n| e   |     |\n"
            "|     | \\|⟦  |\n\nt",
        ),
        (
            "> | a⟦ | b |\n> |---|--:|\n> | c | d |",
            ["xyz"],
            "> | x   |   y | z⟦   |\n> | --- | --: | --- |\n> | c   |   d |     |",
        ),
        (
            "| a | b |\n|---|⟦---|",
            ["xy"],
            "| a   | b   |     |\n| --- | --- | --- |\n|     | x   | y⟦   |",
        ),
        ("| a⟦ |\n|---|", ["x"], "| ax⟦ |\n|---|"),
    ],
)
@pytest.mark.parametrize("kinds", [{"plain", "html"}, {"plain"}])
def test_cells_fill_the_cells_from_there_on(text, before, rows, after, kinds):
    copied = make_table(*rows)

    if "html" not in kinds and len(rows[0]) == 1:
        # Lines of text are as this is.
        return

    put(text, before)
    texts = {kind: copied[kind] for kind in kinds}
    is_plain = bring(text, "paste", **texts)
    expect(text).to_have_value(after.replace("⟦", ""))
    assert state(text) == after
    assert not is_plain
    text.press("Control+z")
    assert text.input_value() == before.replace("⟦", "")


def test_a_table_in_markdown_fills_the_cells_of_another(text):
    put(text, "| a | b |\n|---|---|\n| ⟦c | d |\n")
    assert not bring(text, "paste", plain="| x |\n|---|\n| y\\|z |")
    assert (
        state(text)
        == "| a    | b   |\n| ---- | --- |\n| x    | d   |\n| y\\|z⟦ |     |\n"
    )


def test_the_cursor_stays_elsewhere_while_cells_are_filled(page, text):
    release = hold(page)
    put(text, "| a⟦ |\n|---|\n\nend")
    bring(text, "paste", **make_table("xy", "zw"))
    page.keyboard.press("Control+End")
    page.keyboard.type("ing")
    release()
    after = "| x   | y   |\n| --- | --- |\n| z   | w   |\n\nending⟦"
    expect(text).to_have_value(after.replace("⟦", ""))
    assert state(text) == after


@pytest.mark.parametrize("before", ["a⟦b", "```\n⟦\n```"])
def test_many_lines_are_pasted_at_once_and_as_they_are(text, before):
    lines = "\n".join(f"<line> & {n}\t  " for n in range(4000))
    put(text, before)
    assert not bring(text, "paste", plain=lines.replace("\n", "\r\n"))
    assert state(text) == before.replace("⟦", f"{lines}⟦")
    text.press("Control+z")
    assert state(text) == before


def test_a_browser_has_nothing_to_complain_of(page, text):
    said = []
    page.on("console", lambda message: said.append(message.text))
    put(text, "⟦")
    html = "<style>p { color: red }</style><p style='font-weight: 700'>a</p><p>b"

    with page.expect_request("**/paste"):
        bring(text, "paste", plain="a\nb", html=html)

    expect(text).to_have_value(re.compile("a"))
    assert said == []


@pytest.mark.parametrize(
    ("html", "plain"),
    [
        ("<span style='font-weight: 700'>a</span>", "a"),
        ("<p>One</p><p>Two</p>", "One\nTwo"),
        ("<style>p.x { font-style: italic }</style><p class=x>a", "a"),
        (VSCODE, "a = 1\nb = 2"),
    ],
)
def test_formatting_of_any_kind_is_sent(page, text, html, plain):
    put(text, "⟦")

    with page.expect_request("**/paste") as request:
        assert not bring(text, "paste", plain=plain, html=html)

    assert plain.split("\n")[0] in request.value.post_data


@pytest.mark.parametrize(
    "before",
    [
        "```\n⟦\n```",
        "```py\na\n⟦",
        "~~~~\n```\n⟦",
        "a `b⟦c` d",
        "a\n\n    b⟦",
        "> ```\n> a⟦",
        "- ```\n  a⟦",
    ],
)
def test_in_code_all_stays_as_it_is(text, asked, before):
    put(text, before)
    assert bring(text, "paste", plain=PLAIN, html=HTML)
    assert not asked


@pytest.mark.parametrize(
    "before", ["```\na\n```\n⟦", "a `b` c⟦", "a ` b⟦", "a\n    b⟦", "- a\n\n    - b⟦"]
)
def test_beside_code_formatting_is_kept(text, before):
    put(text, before)
    assert not bring(text, "paste", plain=PLAIN, html=HTML)
    expect(text).to_have_value(re.compile(r"## Bread\n\n *is \*\*good\*\*"))


def test_code_of_an_editor_is_code_but_not_its_markdown(page, text):
    paste = """(field, {mode, html, plain}) => {
      const data = new DataTransfer();
      data.setData("text/html", html);
      data.setData("text/plain", plain);
      data.setData("vscode-editor-data", mode);
      return field.dispatchEvent(new ClipboardEvent("paste",
        {bubbles: true, cancelable: true, clipboardData: data}));
    }"""
    plain = "a = 1\nb = 2"

    for mode in ('{"mode": "markdown"}', '{"mode": "plaintext"}'):
        argument = {"html": VSCODE, "plain": plain, "mode": mode}
        assert text.evaluate(paste, argument)

    put(text, "⟦")
    argument["mode"] = '{"mode": "python"}'
    assert not text.evaluate(paste, argument)
    expect(text).to_have_value(f"```python\n{plain}\n```")
    text.fill("")
    argument["mode"] = "{broken"
    assert not text.evaluate(paste, argument)
    expect(text).to_have_value(f"```\n{plain}\n```")


def test_a_picture_of_a_text_is_pasted_as_text(page, text):
    put(text, "⟦")
    assert not bring(text, "paste", "image.png", plain=PLAIN, html=HTML)
    expect(text).to_have_value(MARKDOWN)
    expect(page.get_by_label("What does the image show?")).to_be_hidden()


def test_what_is_typed_meanwhile_stays(page, text):
    release = hold(page)
    put(text, "one ⟦two⟧ three")
    bring(text, "paste", plain=PLAIN, html=HTML)
    page.keyboard.press("End")
    page.keyboard.type(" four")
    page.keyboard.press("Home")
    page.keyboard.type("zero ")
    release()
    expect(text).to_have_value(f"zero one \n\n{MARKDOWN} three four")
    assert state(text) == f"zero ⟦one \n\n{MARKDOWN} three four"


def test_what_is_typed_at_the_place_comes_after_it(page, text):
    release = hold(page)
    put(text, "one ⟦")
    bring(text, "paste", plain=PLAIN, html=HTML)
    page.keyboard.type(" more")
    release()
    expect(text).to_have_value(f"one \n\n{MARKDOWN} more")
    assert state(text).endswith("more⟦")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("| a |\n|---|\n| ⟦ |", "| a |\n|---|\n| **one** two\\|2 |"),
        ("> ⟦", "> **one**\n> \n> two|2"),
        ("> > so ⟦", "> > so **one**\n> > \n> > two|2"),
    ],
)
def test_what_is_pasted_stays_in_its_cell_or_quote(page, text, before, after):
    put(text, before)
    html = "<p><b>one</b></p><p>two|2</p>"
    bring(text, "paste", plain="one\n\ntwo|2", html=html)
    expect(text).to_have_value(after)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_two_pastes_keep_their_order(page, text, order):
    routes = []
    page.route("**/paste", lambda route: routes.append(route))
    put(text, "⟦")
    bring(text, "paste", plain="A", html="<b>A</b>")
    bring(text, "paste", plain="B", html="<i>B</i>")
    wait_until(lambda: page.wait_for_timeout(20) or len(routes) == 2)
    markdown = ["**A**", "*B*"]
    # As they were sent, in whichever order.
    routes.sort(key=lambda route: b"<b>" not in route.request.post_data_buffer)

    for index in order:
        routes[index].fulfill(json={"markdown": markdown[index], "note": ""})
        expect(text).to_have_value(re.compile(re.escape(markdown[index])))

    expect(text).to_have_value("**A***B*")


def test_another_field_keeps_the_focus(page, text):
    release = hold(page)
    put(text, "⟦")
    bring(text, "paste", plain=PLAIN, html=HTML)
    page.get_by_label("Tags").focus()
    release()
    expect(text).to_have_value(MARKDOWN)
    expect(page.get_by_label("Tags")).to_be_focused()


def test_an_input_method_is_not_disturbed(page, text, asked):
    put(text, "⟦")
    text.dispatch_event("compositionstart")
    assert bring(text, "paste", plain=PLAIN, html=HTML)
    assert not asked
    text.dispatch_event("compositionend")

    release = hold(page)
    bring(text, "paste", plain=PLAIN, html=HTML)
    text.dispatch_event("compositionstart")
    release()
    page.wait_for_timeout(300)
    assert text.input_value() == ""
    text.dispatch_event("compositionend")
    expect(text).to_have_value(MARKDOWN)


def test_an_input_method_is_not_disturbed_in_another_field(page, text):
    release = hold(page)
    put(text, "⟦")
    bring(text, "paste", plain=PLAIN, html=HTML)
    title = page.get_by_label("Title")
    title.focus()
    finish = begin_composing(page, "mianbao")
    release()
    page.wait_for_timeout(300)
    assert text.input_value() == ""
    finish("面包")
    expect(text).to_have_value(MARKDOWN)
    expect(title).to_have_value("面包")
    expect(title).to_be_focused()


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (None, ""),
        ({"status": 500, "body": "<h1>Something"}, ""),
        (
            {"status": 401, "body": '{"error": "You’re logged out."}'},
            "You’re logged out.",
        ),
        ({"status": 413, "body": '{"error": "Too much."}'}, "Too much."),
    ],
)
def test_without_an_answer_the_plain_text_is_pasted(page, text, answer, sentence):
    page.route(
        "**/paste", lambda it: it.fulfill(**answer) if answer else it.abort("failed")
    )
    put(text, "one ⟦two⟧")
    bring(text, "paste", plain=PLAIN, html=HTML)
    expect(say(page)).to_have_text(f"Pasted without formatting. {sentence}".strip())
    expect(say(page)).to_have_role("status")
    assert state(text) == f"one {PLAIN}⟦"
    page.keyboard.type(".")
    expect(say(page)).to_have_text("")


def test_an_answer_that_is_late_is_not_waited_for(page, text):
    hold(page)
    put(text, "⟦")
    bring(text, "paste", plain=PLAIN, html=HTML)
    expect(text).to_have_value(PLAIN, timeout=15_000)


def test_what_is_sent_at_once_has_the_text(page, text):
    hold(page)
    fill_in_post(page, "Sent at once", "")
    put(text, "⟦")
    bring(text, "paste", plain="Some words", html="<b>Some words</b>")
    press(page, "Publish")
    expect_message(page, "Published.")
    expect(page.locator(".prose, .body").first).to_contain_text("Some words")


def test_images_that_are_missing_are_told_of(page, text):
    put(text, "⟦")
    html = "<b>a</b><img src='file:///a.png'>"
    bring(text, "paste", plain="a", html=html)
    expect(text).to_have_value("**a**")
    expect(say(page)).to_contain_text("1 image was left out")
    assert axe_violations(page) == {}


def test_too_much_is_not_sent(page, text, asked):
    put(text, "⟦")
    html = "<b>a</b>" + " " * 1_600_000
    bring(text, "paste", plain="a", html=html)
    expect(text).to_have_value("a")
    assert not asked


def test_comments_are_pasted_into_in_the_same_way(page, text):
    fill_in_post(page, "A post", "Words.")
    press(page, "Publish")
    expect_message(page, "Published.")
    field = page.get_by_label("Your comment")
    put(field, "⟦")
    assert not bring(field, "paste", plain=PLAIN, html=HTML)
    expect(field).to_have_value(MARKDOWN)


def test_html_that_is_pasted_is_never_run(page, text):
    page.evaluate("window.ran = 0")
    put(text, "⟦")
    html = "<img src=x onerror='ran = 1'><script>ran = 1</script><b>a</b>"
    bring(text, "paste", plain="a", html=html)
    expect(text).to_have_value("**a**")
    assert page.evaluate("window.ran") == 0
