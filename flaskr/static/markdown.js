// Markdown: what each button of the toolbar does to a field.

const LANGUAGE = document.documentElement.lang;
const formatNumber = new Intl.NumberFormat(LANGUAGE).format;

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
const IS_FIREFOX = CSS.supports("-moz-appearance", "none");
const isSlow = (text) => !IS_FIREFOX && text.split("\n", MANY_LINES).length === MANY_LINES;

function insertLines(text) {
  const html = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  return isSlow(text) && document.execCommand("insertHTML", false, html);
}

// After an undo, browsers select all that was replaced.
addEventListener("input", ({ inputType, target }) => {
  const isSame = ({ field, value }) => field === target && value === target.value;
  const step = inputType === "historyUndo" && steps.findLast?.(isSame);

  if (step) {
    target.setSelectionRange(step.selectionStart, step.selectionEnd);
  }
});

// Browsers tell the field or the document of a selection in a field.
const followSelection = (follow) =>
  document.addEventListener("selectionchange", follow, true);

// What changed between two texts: where, how much is gone, and how much is new. If the
// same change can be in two places, the cursor is at the end of what is new.
function findChange(before, after, cursor) {
  const most = Math.min(before.length, after.length);
  const isSame = (end) =>
    before.charCodeAt(before.length - 1 - end) === after.charCodeAt(after.length - 1 - end);
  let start = 0;
  let end = 0;

  while (end < Math.min(most, after.length - cursor) && isSame(end)) {
    end++;
  }
  while (start < most - end && before.charCodeAt(start) === after.charCodeAt(start)) {
    start++;
  }
  while (end < most - start && isSame(end)) {
    end++;
  }
  return [start, before.length - start - end, after.length - start - end];
}

// As replace(), but only what differs; and select a part of the text as it is then.
function change(field, start, end, text, from, to = from) {
  const old = field.value.slice(start, end);
  const isHalf = (text, at) => /[\udc00-\udfff]/.test(text[at] ?? "");
  let [same, removed] = findChange(old, text, text.length);
  let rest = old.length - same - removed;

  if (isHalf(old, same) || isHalf(text, same)) {
    same--;
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
// From a place to the end of its line.
const readLine = (text, at) => text.slice(at, findLineEnd(text, at));

// What is selected, without the spaces around it, or else the word at the cursor.
function selectedText({ value, selectionStart, selectionEnd }) {
  const text = value.slice(selectionStart, selectionEnd);
  let start = selectionStart + text.length - text.trimStart().length;

  if (text.trim()) {
    return [start, start + text.trim().length];
  }

  start = findLineStart(value, selectionStart);
  const line = readLine(value, start);
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

// The link or the image that a place is in, and which part of it: its words or its address.
const LINKED = /(!?)\[((?:\\.|[^\]\\])*)\](?:\((<[^>\n]*>|(?:[^()\s]|\([^()\s]*\))*)[^)]*\)|\[[^\]]*\])|<?https?:\/\/[^\s<>]+/gi;
function findLink({ value, selectionStart, selectionEnd }) {
  const from = findLineStart(value, selectionStart);
  const line = readLine(value, from);

  for (const { 0: all, 1: mark, 2: words, 3: address, index } of line.matchAll(LINKED)) {
    const start = from + index;
    const end = start + words?.length + 1;
    const isIn = start < selectionStart && selectionEnd < start + all.length;
    const isWords = !mark && address !== undefined && start < selectionStart && selectionEnd <= end;
    if (isIn || isWords) {
      return isWords ? [end + 2, end + 2 + address.length] : [];
    }
  }
}

const writeAddress = (address) => (/[()]/.test(address) ? `<${address}>` : address);

// False where an address that is pasted is no link, but a part of one.
function link(field, pasted) {
  const [from, to] = findLink(field) ?? [];
  if (from !== undefined) {
    pasted ? replace(field, from, to, writeAddress(pasted)) : field.setSelectionRange(from, to);
    return true;
  } else if (findLink(field)) {
    return false;
  }
  const [words] = findTexts(field);
  const [start, end] = words ?? selectedText(field);
  // The address of a link is none, and one ends with its paragraph.
  const isNone = field.value.slice(0, start).endsWith("](") && !pasted;
  if (isNone || isManyLines(field) || isInCode(field.value, start)) {
    return false;
  }
  const text = field.value.slice(start, end);
  const isAddress = /^https?:\/\/\S+$/.test(text);
  const label = isAddress ? "" : text;
  const address = writeAddress(pasted ?? (isAddress ? text : "https://"));

  replace(field, start, end, `[${label}](${address})`);
  if (!label) {
    field.setSelectionRange(start + 1, start + 1);
  } else if (!pasted) {
    const from = start + label.length + 3;
    field.setSelectionRange(from, from + address.length);
  }
  return true;
}

// What lines begin with that go on with the item or the quote of a place.
function findPrefix(value, place) {
  const line = readLine(value, findLineStart(value, place));
  const [quote] = line.match(QUOTE);
  const item = readItem(line);
  return [quote, item ? " ".repeat(item.content) : line.slice(quote.length).match(/^ */)[0]];
}

// A paragraph of its own, but within a line.
function insertParagraph(field, position, text) {
  const [quote, indent] = findPrefix(field.value, position);
  const before = field.value.slice(0, position);
  const after = field.value.slice(position);
  const isWithin = /.$/.test(before) && /^./.test(after);
  const blank = `\n${quote.trimEnd()}`;
  const isEnd = quote || indent ? before.trim() : before;
  const gap = (breaks) => (isWithin ? "" : [`${blank}\n${quote}${indent}`, `\n${quote}${indent}`, ""][breaks]);
  const rest = isWithin ? "" : "\n\n".slice(after.match(/^\n{0,2}/)[0].length);
  replace(
    field,
    position,
    position,
    (isEnd && gap(quote || indent ? 0 : before.match(/\n{0,2}$/)[0].length)) + text + rest,
  );
}

// Between two blocks, unless the second one is within the first, or is a part of it.
const BETWEEN = /\n[ \t]*\n(?![ \t]|[-+*>|]|\d+[.)]|\[\^[^\]\s]+\]:)/g;

// A new one, with its text below the paragraph and the notes that are there: at the end, a
// long text would be written anew. From there, back to where the text refers to it.
function footnote(field) {
  const { value, selectionStart, selectionEnd } = field;
  const line = value.slice(findLineStart(value, selectionStart), selectionEnd);
  if (isInCode(value, selectionStart)) {
    return;
  }
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
