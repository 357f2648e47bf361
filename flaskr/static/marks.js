// Marks around words: bold, italic and code.

// What a line may begin with that is no words: as of an item, a heading, a row.
const BEFORE_WORDS =
  /^(?: {0,3}> ?)*[ \t]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+(?:\[[ xX]\][ \t]+)?)?(?:#{1,6}[ \t]+|\[\^[^\]\s]+\]:[ \t]*)?\|?/;
// More than rules and what is below a heading.
const isWords = (text) => /[^\s\-=*_|:>`~]/.test(text);

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
  const line = readLine(value, start);
  return findMarked(line, selectionStart - start, mark)?.map((at) => start + at);
}

// Where the words of each line are that is at least in part selected: of a row, those of
// each cell; none of code, and no image.
function findTexts({ value, selectionStart, selectionEnd }) {
  const texts = [];
  const end = findLineEnd(value, Math.max(selectionStart, selectionEnd - 1));

  for (const { start, line, isCode, isRow } of readLines(value, findLineStart(value, selectionStart), end)) {
    const begin = line.match(BEFORE_WORDS)[0].length;
    const bars = isRow ? findBars(line).filter((bar) => bar >= begin) : [];
    const edges = isCode ? [] : [begin - 1, ...bars, line.length];

    for (const [index, edge] of edges.slice(1).entries()) {
      const from = Math.max(selectionStart, start + edges[index] + 1);
      const text = value.slice(from, Math.min(selectionEnd, start + edge));
      const at = from + text.length - text.trimStart().length;
      const isText = isWords(text) && !ONLY_IMAGE.test(text);
      texts.push(...(isText ? [[at, at + text.trim().length]] : []));
    }
  }
  return texts;
}

// Marks end with their paragraph, and with their cell.
function toggleMarks(field, mark, texts) {
  const { value } = field;
  const inner = { "*": /(?<![\\*])\*(?!\*)/g, "**": /(?<!\\)\*\*/g, "`": /`/g }[mark];
  const isMarked = ([from, to]) => {
    const text = value.slice(from, to);
    const stars = Math.min(text.match(/^\**/)[0].length, text.match(/\**$/)[0].length);
    const isAround = mark === "*" ? stars % 2 : text.startsWith(mark) && text.endsWith(mark);
    return isAround && !text.slice(mark.length, -mark.length).match(inner);
  };
  const isOn = texts.every(isMarked);
  const start = texts[0][0];
  const parts = texts.map((at, index) => {
    const text = value.slice(...at);
    const isDone = !isOn && isMarked(at);
    const marked = isDone ? text : mark + text.replace(inner, "") + mark;
    const fresh = isOn ? text.slice(mark.length, -mark.length) : marked;
    return fresh + value.slice(at[1], texts[index + 1]?.[0] ?? at[1]);
  });
  const fresh = parts.join("");
  change(field, start, texts.at(-1)[1], fresh, start, start + fresh.length);
}

function toggleMark(field, mark) {
  const texts = findTexts(field);
  const [begin] = selectedText(field);

  if (isInCode(field.value, field.selectionStart)) {
    return;
  } else if (texts.length && (isManyLines(field) || texts[1] || texts[0][0] > begin)) {
    toggleMarks(field, mark, texts);
    return;
  } else if (!texts.length && field.selectionStart < field.selectionEnd) {
    return;
  }
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
  const [before] = text.match(/^(?: {0,3}> ?)*[ \t]*/);
  const fenced = text.match(/^[ >]*(`{3,}|~{3,}).*\n([^]*)\n[ >]*\1$/)?.[2];
  const longest = Math.max(2, ...(text.match(/`+/g) ?? []).map((run) => run.length));
  const fence = "`".repeat(longest + 1);
  const fresh = fenced ?? `${before}${fence}\n${text}\n${before}${fence}`;
  replace(field, start, end, fresh);
  field.setSelectionRange(start, start + fresh.length);
}
