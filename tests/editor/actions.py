"""What somebody does in the editor."""

# Puts each layout shift, and what moved, into the list that the page calls shifts. What
# moves within the preview was typed: on a busy machine, more than the half second ago
# after which a browser knows of no key.
SHIFTS = """new PerformanceObserver(list => {
  for (const entry of list.getEntries()) {
    const nodes = entry.sources.map(
      ({node}) => node?.closest ? node : node?.parentElement);
    const moved = nodes.filter(node => !node?.closest("#preview"));
    if (!entry.hadRecentInput && moved.length) {
      const tags = moved.map(node => node?.outerHTML.slice(0, 80));
      (window.shifts ??= []).push([entry.value, ...tags]);
    }
  }
}).observe({type: "layout-shift", buffered: true})"""

# Files and texts as the clipboard, or a mouse, brings them; files are pairs of a name
# and what is in them, in Base64.
BRING = """(field, {type, files, texts}) => {
  const data = new DataTransfer();
  files.forEach(([name, content]) => {
    const bytes = Uint8Array.from(atob(content), character => character.charCodeAt(0));
    data.items.add(new File([bytes], name, {type: "image/png"}));
  });
  Object.entries(texts).forEach(([type, text]) => data.setData(type, text));
  const options = {bubbles: true, cancelable: true};
  field.focus();
  return field.dispatchEvent(type === "paste"
    ? new ClipboardEvent(type, {...options, clipboardData: data})
    : new DragEvent(type, {...options, dataTransfer: data}));
}"""


def put(text, marked):
    """Fill in a text; ``⟦`` and ``⟧`` are the ends of the selection."""
    text.fill(marked.replace("⟦", "").replace("⟧", ""))
    text.evaluate(
        """(field, marked) => {
          const [before, rest] = marked.split("⟦");
          const length = rest.includes("⟧") ? rest.indexOf("⟧") : 0;
          field.setSelectionRange(before.length, before.length + length);
        }""",
        marked,
    )
    text.focus()


def state(text):
    """The text with its selection, as :func:`put` takes it."""
    return text.evaluate(
        """({value, selectionStart: start, selectionEnd: end}) =>
          value.slice(0, start) + "⟦" + value.slice(start, end)
            + (end > start ? "⟧" : "") + value.slice(end)"""
    )


def bring(text, type, *files, **texts):
    """Paste or drop; whether the browser goes on to do what it does by itself."""
    texts = {f"text/{kind}": value for kind, value in texts.items()}
    files = [(name, "eA==") for name in files]
    return text.evaluate(BRING, {"type": type, "files": files, "texts": texts})


def begin_composing(page, letters):
    """Type with an input method; what it makes of the letters goes to the function."""
    devtools = page.context.new_cdp_session(page)
    for end in range(1, len(letters) + 1):
        devtools.send(
            "Input.imeSetComposition",
            {"text": letters[:end], "selectionStart": end, "selectionEnd": end},
        )

    return lambda word: devtools.send("Input.insertText", {"text": word})


def compose(page, word):
    """Type a word with an input method."""
    begin_composing(page, word)(word)


def leaving_asks(page):
    """Whether the browser asks before it leaves; the answer is to stay."""
    asked = []

    def stay(dialog):
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    # Without a click, no browser asks.
    page.get_by_role("main").click(position={"x": 1, "y": 1})
    page.evaluate("setTimeout(() => location.href = '/tags')")
    page.wait_for_timeout(300)
    page.remove_listener("dialog", stay)
    return asked == ["beforeunload"]
