// Markdown: what each button of the toolbar does to a field.

const LANGUAGE = document.documentElement.lang;

// Undone in one step; the browser's undo knows nothing of changes to .value.
function replace(field, start, end, text) {
  field.focus();
  field.setSelectionRange(start, end);

  if (field.value.slice(start, end) === text) {
    return;
  }
  if (!document.execCommand(text ? "insertText" : "delete", false, text)) {
    field.setRangeText(text, start, end, "end");
    field.dispatchEvent(new InputEvent("input", { bubbles: true }));
  }
}

// What is selected, without the spaces around it, or else the word at the cursor.
function selectedText({ value, selectionStart, selectionEnd }) {
  const text = value.slice(selectionStart, selectionEnd);
  let start = selectionStart + text.length - text.trimStart().length;

  if (text.trim()) {
    return [start, start + text.trim().length];
  }

  start = value.slice(0, selectionStart).lastIndexOf("\n") + 1;
  const [line] = value.slice(start).split("\n", 1);
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
  const start = value.slice(0, selectionStart).lastIndexOf("\n") + 1;
  const end = value.indexOf("\n", Math.max(selectionStart, selectionEnd - 1));
  return [start, end < 0 ? value.length : end];
}

function toggleMark(field, mark) {
  const { value, selectionStart, selectionEnd } = field;
  const [atEnd, atStart] = mark === "`" ? [/`*$/, /^`*/] : [/\**$/, /^\**/];
  const marks = (left, right) =>
    Math.min(left.match(atEnd)[0].length, right.match(atStart)[0].length);
  let [start, end] = selectedText(field);

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

function list(field) {
  const { value, selectionStart, selectionEnd } = field;
  const [start, end] = selectedLines(field);
  const rows = value.slice(start, end).split("\n");
  const isItem = (row) => /^\s*- /.test(row);
  const isBlank = (row) => !row.trim() && rows.length > 1;
  const isOn = rows.every((row) => isItem(row) || isBlank(row));
  const toggled = (row) =>
    isOn ? row.replace("- ", "") : isItem(row) ? row : row.replace(/^\s*/, "$&- ");
  const fresh = rows.map((row) => (isBlank(row) ? row : toggled(row))).join("\n");

  replace(field, start, end, fresh);
  if (selectionStart === selectionEnd) {
    const cursor = Math.max(start, selectionEnd + fresh.length - (end - start));
    field.setSelectionRange(cursor, cursor);
  } else {
    field.setSelectionRange(start, start + fresh.length);
  }
}

// Enter goes on with a list, and ends it on an empty item; anywhere else, it is false.
function continueList(field) {
  const { value, selectionStart, selectionEnd } = field;
  const before = value.slice(0, selectionStart);
  const start = before.lastIndexOf("\n") + 1;
  const pattern = /^(\s*)(?:([-*+])|(\d{1,8})([.)]))( +(?:\[[ xX]\] +)?)(.*)$/;
  const item = before.slice(start).match(pattern);
  const isCode = before.match(/^ {0,3}(```|~~~)/gm)?.length % 2;

  if (!item || isCode || selectionStart !== selectionEnd) {
    return false;
  }

  const [, indent, bullet, number, dot, space, text] = item;
  const next = (bullet ?? Number(number) + 1 + dot) + space.replace(/[xX]/, " ");

  if (text.trim() || /^.*\S/.test(value.slice(selectionEnd))) {
    replace(field, selectionStart, selectionEnd, `\n${indent}${next}`);
  } else {
    replace(field, start, selectionEnd, "");
  }
  return true;
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

const ACTIONS = {
  bold: (field) => toggleMark(field, "**"),
  italic: (field) => toggleMark(field, "*"),
  link: (field) => link(field),
  list,
  code,
  image: ({ form }) => {
    form.querySelector("details.image").open = true;
    form.querySelector("[name=image]").click();
  },
};
