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
const EMPTY_BLOCK = /(^|\n)[\s>]*([-*+]|\d+[.)]|>)(\s+\[[ xX]\])?\s*$/;

// Styles are only read here, and a browser complains of each that the page's policy does
// not let it apply.
function parse(html) {
  const unstyled = html.replace(/<(\/?)style\b/gi, "<$1script").replace(/\bstyle(?=\s*=)/gi, "data-style");
  return new DOMParser().parseFromString(unstyled, "text/html");
}

function isPlain({ body, head }, plain) {
  const looks = [...body.querySelectorAll("[data-style]")].map(({ dataset }) => dataset.style);
  // Docs writes a paragraph on a line, which is none in Markdown.
  const isDense = /[^\n]\n[^\n]/.test(plain) && body.querySelectorAll("div, p")[1];
  const isStyled = head.querySelector("script") || body.querySelector(`script, ${FORMATTED}`);
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

// Whether a place is in code of any kind.
function isCodeAt({ value, selectionStart, selectionEnd }) {
  const before = value.slice(0, selectionStart);
  const line = before.slice(before.lastIndexOf("\n") + 1);
  const rest = value.slice(selectionEnd).split("\n", 1)[0];
  const isIndented =
    /^( {4}|\t)\s*(?![-*+] |\d+[.)] |\s)/.test(line) &&
    /(^|\n[ \t]*\n)(( {4}|\t).*\n)*.*$/.test(before);
  const ticks = (text) => text.replaceAll("\\`", "").match(/`+/g)?.length ?? 0;
  return isInCode(value, selectionStart) || isIndented || (ticks(line) % 2 === 1 && ticks(rest) > 0);
}

// Markdown with the blank lines around it without which a heading or a list at its ends
// would be none.
function separate(text, before, after) {
  const lines = text.split("\n");
  const gap = (line, around, breaks) =>
    BLOCK.test(line) && around.trim() ? "\n\n".slice(around.match(breaks)[0].length) : "";
  const isIn = EMPTY_BLOCK.test(before);
  const start = isIn ? "" : gap(lines[0], before, /\n{0,2}$/);
  // The list goes on.
  const isNext = isIn && readItem(lines.at(-1)) && readItem(after.split("\n")[1] ?? "");
  return start + text + (isNext ? "" : gap(lines.at(-1), after, /^\n{0,2}/));
}

// A list in the place of an empty item: its items as those around, and what is in them.
function fitList(lines, item) {
  const first = readItem(lines[0]);
  let number = item.number;
  return lines.map((line, index) => {
    const other = readItem(line);
    const columns = countColumns(line.match(/^[ \t]*/)[0]);
    const isNext = other && other.width < first.content;

    if (!index || isBlank(line)) {
      return line.slice(index ? line.length : first.length);
    } else if (isNext) {
      const mark = number >= 0 ? ++number + item.kind : item.mark;
      return item.indent + mark + item.space + (other.box || item.box) + line.slice(other.length);
    }
    const isIn = columns >= first.content;
    return " ".repeat(columns + (isIn ? item.content - first.content : item.width)) + line.trimStart();
  });
}

// A cell of a table is one line, and each line of a quote or an item begins as it does. A
// list that is pasted into an empty item goes on with its list.
function fit(text, value, place) {
  const before = value.slice(findLineStart(value, place), place);
  const [quote] = before.match(QUOTE);
  const item = readItem(before);
  const lines = text.split("\n");

  if (findTable({ value, selectionEnd: place })) {
    const line = text.trim().replace(/\s*\n\s*/g, " ");
    return escapeBars(line);
  } else if (item?.length === before.length && readItem(lines[0])) {
    return fitList(lines, item).join(`\n${quote}`);
  }
  const indent = " ".repeat(item?.content ?? 0);
  return text.replace(/\n(?=(.?))/g, (_, next) => `\n${quote}${next ? indent : ""}`);
}

// What was pasted, between two characters of a text that goes on being typed.
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
    const [first, removed] = findChange(this.value, value, selectionEnd);
    const same = this.value.length - first - removed;
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
    const [lead, rest] = [/^ */, / *$/].map((space) => (markdown?.includes("\n") ? "" : plain.match(space)[0]));
    const blocks = isMarkdown ? lead + separate(markdown, value.slice(0, start), value.slice(end)) + rest : plain;
    const done =
      fillCells(value, start, end, markdown ?? plain, plain) ??
      plan(value, start, end, fit(blocks, value, start));
    const { selectionStart, selectionEnd } = field;
    const focused = document.activeElement;
    const isThere = selectionStart === start && selectionEnd === end;
    const top = scrollY;
    apply(field, done);

    if (!isThere) {
      const place = (position) =>
        position <= done.start ? position : Math.max(position - done.end, 0) + done.start + done.text.length;
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

  // An input method keeps its place until it is done, in whichever field.
  const composed = () =>
    isComposed &&
    new Promise((resolve) => {
      document.addEventListener("compositionend", () => setTimeout(resolve), { once: true });
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

    const isCode = isCodeAt(field);

    if (isComposed || isFile) {
      return;
    } else if (!isCode && address && /^(?!https?:)[^[\]\n]+$/.test(selected) && link(field, address)) {
      event.preventDefault();
    } else if (!isCode && html && !/^(markdown|plaintext)$/.test(mode) && !isPlain(page, plain)) {
      event.preventDefault();
      paste(html, plain, mode);
    } else if (isSlow(plain) || (/[\n\t|]/.test(plain) && findTable(field))) {
      const text = plain.replace(/\r\n?/g, "\n");
      event.preventDefault();
      findTable(field)
        ? new Pasting(field).insert(undefined, text)
        : edit(field, field.selectionStart, field.selectionEnd, text);
    }
  });

  // Nothing of it is lost with the page.
  const settle = () => [...waiting.keys()].forEach((pasting) => finish(pasting));
  field.form.addEventListener("submit", settle, true);
  addEventListener("pagehide", settle);
  field.after(note);
}

document.querySelectorAll("[data-toolbar]").forEach(addPasting);
