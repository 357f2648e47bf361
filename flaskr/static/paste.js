// Pasting: what comes with formatting is made Markdown by the server, and put where it
// was pasted; what comes without it is the browser's own to paste.

// Milliseconds without an answer, after which the plain text is pasted.
const MAX_PASTING = 5000;
// Characters of HTML that are sent.
const MAX_HTML = 1_500_000;

const ADDRESS = /^(https?:\/\/|mailto:)\S+$/i;
// Elements and styles by which a text is more than plain.
const FORMATTED =
  "a[href], b, blockquote, cite, code, del, dfn, em, font[face], h1, h2, h3, h4, h5, h6," +
  " hr, i, img, kbd, li, pre, s, samp, strike, strong, sub, sup, table, tt, var," +
  " [role=heading]";
const LOOKS = new RegExp(
  "font-weight:\\s*(bold|[6-9]\\d\\d)|font-style:\\s*(italic|oblique)|line-through" +
    "|mso-list|mono|courier|consolas|menlo|font:|white-space[\\w-]*:\\s*(pre|break)",
  "i",
);
// The beginnings of lines that are no part of a paragraph, and of the empty item or
// quotation that a text may be put into.
const BLOCK = /^\s*(#{1,6} |[-*+] |\d{1,9}[.)] |[>|]|```|---$|\[\^)/;
const EMPTY_BLOCK = /(^|\n)\s*([-*+]|\d+[.)]|>)\s*$/;
const FENCE = /^[ >]*(?:[-*+] +|\d+[.)] +)?(`{3,}|~{3,})(.*)$/gm;

const parse = (html) => new DOMParser().parseFromString(html, "text/html");

function isPlain({ body, head }, plain) {
  const looks = [...body.querySelectorAll("[style]")].map((element) =>
    element.getAttribute("style"),
  );
  // Docs writes a paragraph on a line, which is none in Markdown.
  const isDense = /[^\n]\n[^\n]/.test(plain) && body.querySelectorAll("div, p")[1];
  const isStyled = head.querySelector("style") || body.querySelector(`style, ${FORMATTED}`);
  return !isDense && !isStyled && !looks.some((style) => LOOKS.test(style));
}

// The address that was copied: as text, or as a link and nothing else.
function findAddress({ body }, plain) {
  const text = plain.trim();
  const [link, other] = body.querySelectorAll("a[href]");
  const isOnly = link && !other && body.textContent.trim() === link.textContent.trim();
  const address = isOnly ? link.getAttribute("href").trim() : text;
  return [text, address].find((found) => ADDRESS.test(found));
}

// Whether a place is in code, where everything stays as it is.
function isCodeAt({ value, selectionStart, selectionEnd }) {
  const before = value.slice(0, selectionStart);
  const line = before.slice(before.lastIndexOf("\n") + 1);
  const rest = value.slice(selectionEnd).split("\n", 1)[0];
  const isIndented =
    /^( {4}|\t)\s*(?![-*+] |\d+[.)] |\s)/.test(line) &&
    /(^|\n[ \t]*\n)(( {4}|\t).*\n)*.*$/.test(before);
  const ticks = (text) => text.replaceAll("\\`", "").match(/`+/g)?.length ?? 0;
  let fence;

  for (const [, marks, info] of before.matchAll(FENCE)) {
    if (!fence) {
      fence = marks;
    } else if (marks.startsWith(fence) && !info.trim()) {
      fence = undefined;
    }
  }
  return Boolean(fence) || isIndented || (ticks(line) % 2 === 1 && ticks(rest) > 0);
}

// Markdown with the blank lines around it without which a heading or a list at its ends
// would be none.
function separate(text, before, after) {
  const lines = text.split("\n");
  const gap = (line, around, breaks) =>
    BLOCK.test(line) && around.trim() ? "\n\n".slice(around.match(breaks)[0].length) : "";
  const start = EMPTY_BLOCK.test(before) ? "" : gap(lines[0], before, /\n{0,2}$/);
  return start + text + gap(lines.at(-1), after, /^\n{0,2}/);
}

// What was pasted, between two characters of a text that goes on being typed.
// A cell of a table is one line, and each line of a quote begins as the first one.
function fit(text, value, place) {
  const [quote] = value.slice(findLineStart(value, place), place).match(QUOTE);

  if (findTable({ value, selectionEnd: place })) {
    const line = text.trim().replace(/\s*\n\s*/g, " ");
    return line.replace(/\\.|\|/g, (found) => (found === "|" ? "\\|" : found));
  }
  return quote ? text.replace(/\n/g, `\n${quote}`) : text;
}

class Pasting {
  constructor(field) {
    this.field = field;
    this.value = field.value;
    this.start = field.selectionStart;
    this.end = field.selectionEnd;
  }

  // The text was changed, as the browser does it, before the cursor.
  follow(isPasted) {
    const { value, selectionEnd } = this.field;
    const after = value.slice(selectionEnd);
    const least = Math.min(value.length, this.value.length);
    const same = this.value.endsWith(after) ? after.length : 0;
    let first = 0;
    while (first < least - same && value[first] === this.value[first]) {
      first++;
    }

    const grown = value.length - this.value.length;
    const move = (place) => {
      if (place < first || (place === first && !isPasted)) {
        return place;
      }
      return place >= this.value.length - same ? place + grown : value.length - same;
    };
    [this.start, this.end] = [move(this.start), Math.max(move(this.start), move(this.end))];
    this.value = value;
  }

  // Put the text in its place; what was selected there is gone.
  insert(markdown, plain) {
    const { field, start, end, value } = this;
    const isMarkdown = markdown !== undefined && markdown !== plain;
    const blocks = isMarkdown
      ? separate(markdown, value.slice(0, start), value.slice(end))
      : plain;
    const text = fit(blocks, value, start);
    const { selectionStart, selectionEnd } = field;
    const focused = document.activeElement;
    const isThere = selectionStart === start && selectionEnd === end;
    const top = scrollY;
    replace(field, start, end, text);

    if (!isThere) {
      const place = (position) =>
        position <= start ? position : Math.max(position - end, 0) + start + text.length;
      field.setSelectionRange(place(selectionStart), place(selectionEnd));
    }
    if (focused !== field) {
      focused.focus({ preventScroll: true });
      scrollTo(scrollX, top);
    }
  }
}

async function askForMarkdown(address, html, plain, language) {
  const body = new FormData();
  body.set("html", html);
  body.set("text", plain);
  body.set("language", language);
  const response = await fetch(address, {
    method: "POST",
    headers: { Accept: "application/json" },
    body,
    redirect: "error",
    signal: AbortSignal.timeout(MAX_PASTING),
  });
  return response.json();
}

function addPasting(field) {
  const note = extras.querySelector("[data-pasted]").cloneNode();
  // With the plain text of each.
  const waiting = new Map();
  let later = [];
  let isComposed = false;

  function say(sentence) {
    note.textContent = sentence;
  }

  // What was pasted later at the same place comes after it, whichever is answered first.
  function finish(pasting, markdown) {
    const all = [...waiting.keys()];
    const plain = waiting.get(pasting);
    if (waiting.delete(pasting)) {
      later = all.slice(all.indexOf(pasting) + 1);
      pasting.insert(markdown, plain);
      later = [];
    }
  }

  // An input method keeps its place in the text until it is done.
  const composed = () =>
    isComposed &&
    new Promise((resolve) => {
      field.addEventListener("compositionend", () => setTimeout(resolve), { once: true });
    });

  async function paste(html, plain, language) {
    const pasting = new Pasting(field);
    const slow = setTimeout(() => say(note.dataset.pasting), PAUSE);
    waiting.set(pasting, plain);
    let answer = {};

    try {
      if (html.length <= MAX_HTML) {
        answer = await askForMarkdown(note.dataset.pasted, html, plain, language);
      }
    } catch {
      // Offline, too late, or a page in place of an answer.
    }

    clearTimeout(slow);
    await composed();
    const { markdown, error = "" } = answer;
    const problem = markdown === undefined ? `${note.dataset.plain} ${error}` : "";
    finish(pasting, markdown);
    say(problem.trim() || answer.note);
  }

  field.addEventListener("compositionstart", () => (isComposed = true));
  field.addEventListener("compositionend", () => (isComposed = false));
  field.addEventListener("input", () => {
    say("");
    [...waiting.keys()].forEach((pasting) => pasting.follow(later.includes(pasting)));
  });

  field.addEventListener("paste", (event) => {
    const { clipboardData: data } = event;
    const html = data.getData("text/html");
    const page = parse(html);
    const plain = data.getData("text/plain") || page.body.textContent.trim();
    // An image is not text: images.js.
    const isFile = data.files.length && !data.getData("text/plain").trim();
    const selected = field.value.slice(field.selectionStart, field.selectionEnd).trim();
    const address = findAddress(page, plain);
    const editor = data.getData("vscode-editor-data");
    const [, mode = ""] = /"mode":\s*"([^"]+)"/.exec(editor) ?? [];

    if (isComposed || isCodeAt(field) || isFile) {
      return;
    } else if (address && /^(?!https?:)[^[\]\n]+$/.test(selected)) {
      event.preventDefault();
      link(field, address);
    } else if (html && !/^(markdown|plaintext)$/.test(mode) && !isPlain(page, plain)) {
      event.preventDefault();
      paste(html, plain, mode);
    }
  });

  // Nothing of it is lost with the page.
  const settle = () => [...waiting.keys()].forEach((pasting) => finish(pasting));
  field.form.addEventListener("submit", settle, true);
  addEventListener("pagehide", settle);
  field.after(note);
}

document.querySelectorAll("[data-toolbar]").forEach(addPasting);
