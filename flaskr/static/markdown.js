// Markdown: what each button of the toolbar does to a field.

const LANGUAGE = document.documentElement.lang;

// Where the cursor was before the last changes by a command, for when they are undone.
const MAX_STEPS = 20;
const steps = [];
let isReplacing = false;

// Undone in one step; the browser's undo knows nothing of changes to .value.
function replace(field, start, end, text) {
  const { value, selectionStart, selectionEnd } = field;
  field.focus({ preventScroll: true });
  field.setSelectionRange(start, end);

  if (value.slice(start, end) === text) {
    return;
  }
  steps.push({ field, value, selectionStart, selectionEnd });
  steps.splice(0, steps.length - MAX_STEPS);
  isReplacing = true;
  if (!insertLines(text) && !document.execCommand(text ? "insertText" : "delete", false, text)) {
    field.setRangeText(text, start, end, "end");
    field.dispatchEvent(new InputEvent("input", { bubbles: true }));
  }
  isReplacing = false;
}

// Chromium and WebKit take the square of the number of lines to insert text, but not to
// insert HTML, which is text in a field. Firefox has no HTML there.
const MANY_LINES = 40;

function insertLines(text) {
  const html = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  const isMany = !CSS.supports("-moz-appearance", "none") && text.split("\n", MANY_LINES).length === MANY_LINES;
  return isMany && document.execCommand("insertHTML", false, html);
}

// After an undo, browsers select all that was replaced.
addEventListener("input", ({ inputType, target }) => {
  const isSame = ({ field, value }) => field === target && value === target.value;
  const step = inputType === "historyUndo" && steps.findLast?.(isSame);

  if (step) {
    target.setSelectionRange(step.selectionStart, step.selectionEnd);
  }
});

// As replace(), but only what differs; and select a part of the text as it is then.
function change(field, start, end, text, from, to = from) {
  const old = field.value.slice(start, end);
  const most = Math.min(old.length, text.length);
  const isHalf = (text, at) => /[\udc00-\udfff]/.test(text[at] ?? "");
  let same = 0;
  let rest = 0;

  while (same < most && old[same] === text[same]) {
    same++;
  }
  if (isHalf(old, same) || isHalf(text, same)) {
    same--;
  }
  while (rest < most - same && old.at(-1 - rest) === text.at(-1 - rest)) {
    rest++;
  }
  if (isHalf(old, old.length - rest)) {
    rest--;
  }
  replace(field, start + same, end - rest, text.slice(same, text.length - rest));
  field.setSelectionRange(from, to);
}

const findLineStart = (text, at) => (at ? text.lastIndexOf("\n", at - 1) + 1 : 0);
const findLineEnd = (text, at) => {
  const end = text.indexOf("\n", at);
  return end < 0 ? text.length : end;
};

// What is selected, without the spaces around it, or else the word at the cursor.
function selectedText({ value, selectionStart, selectionEnd }) {
  const text = value.slice(selectionStart, selectionEnd);
  let start = selectionStart + text.length - text.trimStart().length;

  if (text.trim()) {
    return [start, start + text.trim().length];
  }

  start = findLineStart(value, selectionStart);
  const line = value.slice(start, findLineEnd(value, start));
  // Chinese has no spaces between words. An old browser finds no word at all.
  const segmenter =
    Intl.Segmenter && new Intl.Segmenter(LANGUAGE, { granularity: "word" });

  for (const word of segmenter?.segment(line) ?? []) {
    const [from, to] = [start + word.index, start + word.index + word.segment.length];

    if (word.isWordLike && from <= selectionStart && selectionEnd <= to) {
      return [from, to];
    }
  }
  return [selectionEnd, selectionEnd];
}

function selectedLines({ value, selectionStart, selectionEnd }) {
  const last = Math.max(selectionStart, selectionEnd - 1);
  return [findLineStart(value, selectionStart), findLineEnd(value, last)];
}

// The text between two marks of a line that a place is in, or on the edge of.
function findMarked(line, at, mark) {
  const runs = line.matchAll(mark === "`" ? /`+/g : /\\.|\*+/g);
  let open;

  for (const { 0: run, index } of runs) {
    const isMark = mark === "*" ? /^\*(\*\*)?$/.test(run) : mark === "`" ? run === mark : /^\*{2,3}$/.test(run);
    const isLoose = /^(\s|$)/.test(line.slice(index + run.length)) && /(^|\s)$/.test(line.slice(0, index));

    if (!isMark || isLoose) {
      continue;
    } else if (open === undefined) {
      open = index + run.length;
    } else if (open <= at && at <= index) {
      return [open, index];
    } else {
      open = undefined;
    }
  }
}

function findMarkedAt({ value, selectionStart }, mark) {
  const start = findLineStart(value, selectionStart);
  const line = value.slice(start, findLineEnd(value, start));
  return findMarked(line, selectionStart - start, mark)?.map((at) => start + at);
}

function toggleMark(field, mark) {
  const { value, selectionStart, selectionEnd } = field;
  const [atEnd, atStart] = mark === "`" ? [/`*$/, /^`*/] : [/\**$/, /^\**/];
  const marks = (left, right) =>
    Math.min(left.match(atEnd)[0].length, right.match(atStart)[0].length);
  const marked = selectionStart === selectionEnd && findMarkedAt(field, mark);
  let [start, end] = marked || selectedText(field);

  // Marks may have been selected along with the text.
  const inside = marks(value.slice(start, end), value.slice(start, end));
  if (2 * inside < end - start) {
    [start, end] = [start + inside, end - inside];
  }

  const text = value.slice(start, end);
  const outside = marks(value.slice(0, start), value.slice(end));
  // Three stars are bold and italic; two are not italic.
  const isOn = mark === "*" ? outside % 2 : outside >= mark.length;
  const shift = isOn ? -mark.length : mark.length;

  if (isOn) {
    replace(field, start + shift, end - shift, text);
  } else {
    replace(field, start, end, mark + text + mark);
  }
  const within = (position) => Math.min(Math.max(position, start), end) + shift;
  field.setSelectionRange(within(selectionStart), within(selectionEnd));
}

function code(field) {
  const { value, selectionStart, selectionEnd } = field;

  if (!value.slice(selectionStart, selectionEnd).includes("\n")) {
    toggleMark(field, "`");
    return;
  }

  const [start, end] = selectedLines(field);
  const text = value.slice(start, end);
  const fenced = text.match(/^(`{3,}).*\n([^]*)\n\1$/)?.[2];
  const longest = Math.max(2, ...(text.match(/`+/g) ?? []).map((run) => run.length));
  const fence = "`".repeat(longest + 1);
  const fresh = fenced ?? `${fence}\n${text}\n${fence}`;
  replace(field, start, end, fresh);
  field.setSelectionRange(start, start + fresh.length);
}

function link(field, pasted) {
  const [start, end] = selectedText(field);
  // The address of a link is none.
  if (field.value.slice(0, start).endsWith("](") && !pasted) {
    return;
  }
  const text = field.value.slice(start, end);
  const isAddress = /^https?:\/\/\S+$/.test(text);
  const label = isAddress ? "" : text;
  let address = pasted ?? (isAddress ? text : "https://");
  address = /[()]/.test(address) ? `<${address}>` : address;

  replace(field, start, end, `[${label}](${address})`);
  if (!label) {
    field.setSelectionRange(start + 1, start + 1);
  } else if (!pasted) {
    const from = start + label.length + 3;
    field.setSelectionRange(from, from + address.length);
  }
}

// A paragraph of its own, but within a line.
function insertParagraph(field, position, text) {
  const before = field.value.slice(0, position);
  const after = field.value.slice(position);
  const isWithin = /.$/.test(before) && /^./.test(after);
  const gap = ([breaks]) => (isWithin ? "" : "\n\n".slice(breaks.length));
  replace(
    field,
    position,
    position,
    (before && gap(before.match(/\n{0,2}$/))) + text + gap(after.match(/^\n{0,2}/)),
  );
}

// Between two blocks, unless the second one is within the first, or is a part of it.
const BETWEEN = /\n[ \t]*\n(?![ \t]|[-+*>|]|\d+[.)]|\[\^[^\]\s]+\]:)/g;

// A new one, with its text below the paragraph and the notes that are there: at the end, a
// long text would be written anew. From there, back to where the text refers to it.
function footnote(field) {
  const { value, selectionStart, selectionEnd } = field;
  const line = value.slice(findLineStart(value, selectionStart), selectionEnd);
  const label = line.match(/^\s*(\[\^[^\]\s]+\]):/)?.[1];

  if (label) {
    let at = value.indexOf(label);
    while (at >= 0 && value[at + label.length] === ":") {
      at = value.indexOf(label, at + 1);
    }
    if (at >= 0) {
      reveal(field, at + label.length);
    }
    return;
  }

  const used = new Set(value.match(/\[\^\d+\]/g));
  let number = 1;
  while (used.has(`[^${number}]`)) {
    number++;
  }
  const reference = `[^${number}]`;
  BETWEEN.lastIndex = selectionEnd;
  const end = BETWEEN.exec(value)?.index ?? value.trimEnd().length;
  const rest = value.slice(selectionEnd, end);
  const last = value.slice(findLineStart(value, Math.max(end, selectionEnd)), end);
  const gap = /^\[\^[^\]\s]+\]:/.test(last) ? "\n" : "\n\n";
  const text = `${reference}${rest}${gap}${reference}: `;
  replace(field, selectionEnd, Math.max(end, selectionEnd), text);
  reveal(field, selectionEnd + text.length);
}

const ACTIONS = {
  bold: (field) => toggleMark(field, "**"),
  italic: (field) => toggleMark(field, "*"),
  link: (field) => link(field),
  code,
  quote: (field) => toggleQuote(field),
  heading: (field, level) => setHeading(field, level),
  bullets: (field) => toggleList(field, "bullet"),
  numbers: (field) => toggleList(field, "number"),
  tasks: (field) => toggleList(field, "task"),
  table: (field) => insertTable(field),
  footnote: (field) => footnote(field),
  find: (field) => openFind(field),
  image: ({ form }) => {
    form.querySelector("details.image").open = true;
    form.querySelector("[name=image]").click();
  },
};
