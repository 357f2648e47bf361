// The text and its preview, in step: the cursor leads to what is made of its line, and
// what is pressed there to its line. Where there is no room for both, each has a tab.

// How far down the screen is what somebody looks at.
const EYE = 0.3;

// Select a part of a text, and show it: a field that is as high as its text does not.
function reveal(field, start, end = start) {
  field.focus({ preventScroll: true });
  field.setSelectionRange(start, end);
  const [{ top }] = findRects(field, start, end);
  const above = document.querySelector(".toolbar")?.getBoundingClientRect().bottom ?? 0;
  if (top < above || top > innerHeight * 0.8) {
    scrollBy({ top: top - innerHeight * EYE, behavior: "instant" });
  }
}

// Lines are counted from 1.
function findLine(text, offset) {
  let line = 1;
  for (let at = text.indexOf("\n"); at >= 0 && at < offset; at = text.indexOf("\n", at + 1)) {
    line++;
  }
  return line;
}

function findOffset(text, line) {
  const above = text.split("\n", line - 1).join("\n");
  return Math.min(above.length + (line > 1), text.length);
}

class Views {
  constructor(preview) {
    this.preview = preview;
    this.pane = preview.pane;
    this.field = preview.form.elements.body;
    this.sheets = this.pane.parentElement;
    this.addTabs();

    document.addEventListener("preview", () => this.followCursor());
    followSelection(() => this.soon(() => this.followCursor()));
    addEventListener("scroll", () => this.soon(() => this.followPage()), { passive: true });
    this.pane.addEventListener("click", (event) => this.lead(event));
  }

  // Once for many events. An animation frame would have the browser draw once more.
  soon(follow) {
    this.next ??= setTimeout(() => {
      this.next = undefined;
      follow();
    }, 16);
  }

  // The piece of a line: the last one that begins there or before, or has an item, a row
  // or a footnote that does.
  findPiece(line) {
    let found;
    let last = 0;

    for (const piece of this.preview.pieces) {
      for (const start of piece.nodes.length ? [piece.line, ...piece.parts] : []) {
        if (start && start <= line && start >= last) {
          [found, last] = [piece, start];
        }
      }
    }
    return found;
  }

  // The line where what comes after a line begins.
  findEnd(line) {
    const starts = this.preview.pieces.flatMap((piece) => [piece.line, ...piece.parts]);
    const last = findLine(this.field.value, this.field.value.length) + 1;
    return starts.reduce((end, start) => (start > line && start < end ? start : end), last);
  }

  // The first line, and how many, of what begins at a line: without what is blank at its
  // end, and without fences.
  findText(start) {
    const { value } = this.field;
    const lines = value.split("\n").slice(start - 1, this.findEnd(start) - 1);
    while (lines.length > 1 && isBlank(lines.at(-1))) {
      lines.pop();
    }
    const at = findOffset(value, start);
    const fence = lines.length > 2 && findFenced(value).find(([from]) => from === at);
    return fence ? [start + 1, lines.length - 1 - (fence[1] <= value.length)] : [start, lines.length];
  }

  // A piece, and the items and rows in it, each with its line.
  findParts({ line, nodes, parts }) {
    const inner = nodes.flatMap((node) => [...node.querySelectorAll("li, tr")]);
    const known = inner.length === parts.length ? inner : [];
    return [
      { node: nodes[0], start: line },
      ...known.map((node, index) => ({ node, start: parts[index] })),
    ].filter(({ start }) => start);
  }

  followCursor() {
    if (document.activeElement !== this.field || !this.preview.isSeen) {
      return;
    }
    const line = findLine(this.field.value, this.field.selectionStart);
    const piece = this.findPiece(line);
    this.mark(piece);

    if (piece && BESIDE.matches) {
      const { top, bottom } = piece.nodes[0].getBoundingClientRect();
      const pane = this.pane.getBoundingClientRect();
      if (top < pane.top || bottom > pane.bottom) {
        this.show(piece, line, pane.top + pane.height * EYE);
      }
    }
  }

  mark(piece) {
    const node = piece?.nodes[0];
    const before = this.pane.querySelector(".current");
    if (node !== before) {
      before?.classList.remove("current");
      node?.classList.add("current");
    }
  }

  // What is made of a line, at a height of the window.
  show(piece, line, y) {
    const began = this.findParts(piece).filter(({ start }) => start <= line);
    const { node, start } = began.reduce((one, other) => (other.start >= one.start ? other : one));
    const { top, height } = node.getBoundingClientRect();
    const part = (line - start) / (this.findEnd(start) - start);
    this.pane.scrollBy({ top: top + height * part - y, behavior: "instant" });
  }

  // Whoever scrolls through the text sees what is made of it.
  followPage() {
    const y = innerHeight * EYE;
    const { left, top, bottom } = this.field.getBoundingClientRect();
    const position =
      BESIDE.matches && top < y && y < bottom && document.caretPositionFromPoint?.(left + 9, y);

    if (position && position.offsetNode === this.field) {
      const line = findLine(this.field.value, position.offset);
      const piece = this.findPiece(line);
      piece && this.show(piece, line, y);
    } else if (top >= y) {
      this.pane.scrollTop = 0;
    }
  }

  // From a place in the preview to its line.
  lead({ target, clientY }) {
    const piece = this.preview.pieces.find(({ nodes }) => nodes.some((n) => n.contains(target)));
    const isLink = target.closest("a[href]:not(.anchor)");

    if (!piece?.line || isLink || getSelection().toString()) {
      return;
    }
    const parts = this.findParts(piece);
    const { node, start } = parts.findLast((part) => part.node.contains(target)) ?? parts[0];
    const { top, height } = node.getBoundingClientRect();
    const [first, count] = this.findText(start);
    const line = first + Math.min(count - 1, Math.floor((count * (clientY - top)) / height));
    this.choose("text");
    reveal(this.field, findOffset(this.field.value, line));
  }

  addTabs() {
    const tabs = document.querySelector(".tabs");
    tabs.setAttribute("role", "tablist");
    this.tabs = [...tabs.children];

    for (const tab of this.tabs) {
      tab.setAttribute("role", "tab");
      tab.addEventListener("click", (event) => {
        event.preventDefault();
        this.choose(tab.dataset.view);
      });
    }
    tabs.addEventListener("keydown", ({ key }) => {
      if (/^Arrow(Left|Right)$/.test(key)) {
        const other = this.tabs.find((tab) => tab.tabIndex < 0);
        other.click();
        other.focus();
      }
    });
    // A field that is not shown can't say what is wrong with it.
    this.preview.form.addEventListener("invalid", () => this.choose("text"), true);
    BESIDE.addEventListener("change", () => this.choose("text"));
    this.choose("text");
  }

  choose(view) {
    this.sheets.dataset.view = view;
    for (const tab of this.tabs) {
      const isChosen = tab.dataset.view === view;
      tab.setAttribute("aria-selected", isChosen);
      tab.tabIndex = isChosen ? 0 : -1;
      const panel = document.getElementById(tab.getAttribute("aria-controls"));
      BESIDE.matches ? panel.removeAttribute("role") : panel.setAttribute("role", "tabpanel");
    }
    this.pane.tabIndex = BESIDE.matches ? 0 : -1;
    if (view === "preview") {
      this.preview.ask();
    }
  }
}

// Where the page does not get smaller with the keyboard of a phone, as on an iPhone, the
// toolbar is moved above it.
function followKeyboard(seen) {
  const place = () => {
    const hidden = seen.scale > 1 ? 0 : Math.max(0, innerHeight - seen.height - seen.offsetTop);
    document.documentElement.style.setProperty("--keyboard", `${hidden}px`);
  };
  seen.addEventListener("resize", place);
  seen.addEventListener("scroll", place);
}

if (window.visualViewport) {
  followKeyboard(visualViewport);
}

const views = postPreview && new Views(postPreview);
