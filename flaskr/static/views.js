// The text and its preview, in step: the cursor leads to what is made of its line, and
// what is pressed there to its line. Where there is no room for both, each has a tab.

// How far down the screen is what somebody looks at.
const EYE = 0.3;

// Where a part of a field's text is in the window: a box for each of its lines. They are
// those of a copy.
function findRects(field, start, end) {
  const copy = document.createElement("div");
  const style = getComputedStyle(field);
  // "font" is empty where ligatures are off.
  for (const name of ["fontFamily", "fontSize", "fontWeight", "fontVariantLigatures"]) {
    copy.style[name] = style[name];
  }
  // In pixels, it is rounded otherwise, and thousands of lines add up.
  copy.style.lineHeight = parseFloat(style.lineHeight) / parseFloat(style.fontSize);
  for (const name of ["letterSpacing", "paddingInline", "direction", "tabSize"]) {
    copy.style[name] = style[name];
  }
  Object.assign(copy.style, {
    position: "absolute",
    visibility: "hidden",
    boxSizing: "border-box",
    width: `${field.clientWidth}px`,
    whiteSpace: "pre-wrap",
    overflowWrap: "break-word",
  });
  copy.textContent = field.value.slice(0, start);
  const part = document.createElement("span");
  part.textContent = field.value.slice(start, end) || "\u200b";
  // The rest of the word, or else the line might break elsewhere.
  copy.append(part, field.value.slice(end, end + 99).match(/^\S*/)[0]);
  document.body.append(copy);
  const origin = copy.getBoundingClientRect();
  const rects = [...part.getClientRects()];
  copy.remove();
  const { left, top } = field.getBoundingClientRect();
  const x = left + parseFloat(style.borderLeftWidth) - origin.left;
  const y = top + parseFloat(style.borderTopWidth) + parseFloat(style.paddingTop) - origin.top;
  return rects.map((rect) => new DOMRect(rect.x + x, rect.y + y, rect.width, rect.height));
}

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
  let at = 0;
  for (; line > 1; line--) {
    const end = text.indexOf("\n", at);
    if (end < 0) {
      break;
    }
    at = end + 1;
  }
  return at;
}

class Views {
  constructor(preview) {
    this.preview = preview;
    this.pane = preview.pane;
    this.field = preview.form.elements.body;
    this.sheets = this.pane.parentElement;
    this.addTabs();

    document.addEventListener("preview", () => this.followCursor());
    document.addEventListener("selectionchange", () => this.soon(() => this.followCursor()));
    // Firefox tells it of a field to the field.
    this.field.addEventListener("selectionchange", () => this.soon(() => this.followCursor()));
    addEventListener("scroll", () => this.soon(() => this.followPage()), { passive: true });
    this.pane.addEventListener("click", (event) => this.lead(event));
  }

  // Once for each picture that the browser draws.
  soon(follow) {
    this.next ??= requestAnimationFrame(() => {
      this.next = undefined;
      follow();
    });
  }

  // The piece of a line: the last one that begins there or before.
  findPiece(line) {
    const began = this.preview.pieces.filter((p) => p.line && p.line <= line && p.nodes.length);
    return began.reduce((one, other) => (other.line >= one.line ? other : one), began[0]);
  }

  // The line after a piece.
  findEnd({ line }) {
    const later = this.preview.pieces.filter((piece) => piece.line > line);
    const last = () => findLine(this.field.value, this.field.value.length) + 1;
    return later.length ? Math.min(...later.map((piece) => piece.line)) : last();
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
    this.pane.querySelector(".current")?.classList.remove("current");
    piece?.nodes[0].classList.add("current");
  }

  // What is made of a line, at a height of the window.
  show(piece, line, y) {
    const { top, height } = piece.nodes[0].getBoundingClientRect();
    const part = (line - piece.line) / (this.findEnd(piece) - piece.line);
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
    const { top, height } = piece.nodes[0].getBoundingClientRect();
    const lines = this.findEnd(piece) - piece.line;
    const line = piece.line + Math.floor((lines * (clientY - top)) / height);
    this.choose("text");
    reveal(this.field, findOffset(this.field.value, line));
  }

  addTabs() {
    const tabs = extras.querySelector("[role=tablist]").cloneNode(true);
    this.tabs = [...tabs.querySelectorAll("[role=tab]")];
    this.preview.form.elements.preview.replaceWith(tabs);

    for (const tab of this.tabs) {
      tab.addEventListener("click", () => this.choose(tab.dataset.view));
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
