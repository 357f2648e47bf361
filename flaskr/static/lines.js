// Lines: headings, quotes, items of lists, and what Enter does there.

// Change the lines that are selected, given which of them stay as they are.
function changeLines(field, alter) {
  const { value, selectionStart, selectionEnd } = field;
  const [start, end] = selectedLines(field);
  const lines = readLines(value, start, end);
  const fixed = lines.map(({ isCode, isRow }) => isCode || isRow);
  const fresh = alter(lines.map(({ line }) => line), fixed).join("\n");

  if (selectionStart === selectionEnd) {
    const cursor = Math.max(start, selectionEnd + fresh.length - (end - start));
    edit(field, start, end, fresh, cursor);
  } else {
    edit(field, start, end, fresh, start, start + fresh.length);
  }
}

const LEVELS = [2, 3, 4];
const readLevel = (line) => line.replace(QUOTE, "").match(/^(#{1,6})[ \t]/)?.[1].length ?? 0;

// The next level, or the one that is asked for; twice is none.
function setHeading(field, level) {
  changeLines(field, (lines, fixed) => {
    const now = readLevel(lines.find((line, index) => !isBlank(line) && !fixed[index]) ?? "");
    const next = level ?? LEVELS.find((other) => other > now) ?? 0;
    const mark = next && next !== now ? `${"#".repeat(next)} ` : "";
    const alter = (line) => {
      const item = mark && readItem(line);
      const rest = item ? item.quote + line.slice(item.length) : line;
      return rest.replace(/^((?: {0,3}> ?)*)(?:#{1,6}\s+)?/, `$1${mark}`);
    };
    const isKept = (line, index) => fixed[index] || (isBlank(line) && lines.length > 1);
    return lines.map((line, index) => (isKept(line, index) ? line : alter(line)));
  });
}

function toggleQuote(field) {
  changeLines(field, (lines) => {
    const isOn = lines.every((line) => /^ {0,3}>/.test(line));
    return lines.map((line) => (isOn ? line.replace(/^ {0,3}> ?/, "") : `> ${line}`));
  });
}

const isKind = (item, kind) =>
  item &&
  (kind === "number" ? item.number >= 0 : kind === "task" ? item.box : !item.box && /[-*+]/.test(item.kind));

// An item of one kind, or a line, as one of another; lists in it stay in it, whose marks
// may be wider.
function toggleList(field, kind) {
  const before = field.value.slice(0, selectedLines(field)[0]).trimEnd();
  const last = readItem(before.slice(findLineStart(before, before.length)));

  changeLines(field, (lines, fixed) => {
    const isSpace = (line, index) => fixed[index] || (isBlank(line) && lines.length > 1);
    const isOn = lines.every((line, index) => isSpace(line, index) || isKind(readItem(line), kind));
    const open = [];

    return lines.map((line, index) => {
      const [all, quote, space] = line.match(/^((?: {0,3}> ?)*)([ \t]*)/);
      const item = readItem(line);
      const width = countColumns(space);
      const rest = line.slice(item?.length ?? all.length);

      if (isSpace(line, index)) {
        return line;
      } else if (isOn) {
        return quote + space + rest;
      }
      while (open.length > 1 && width < open.at(-1).width) {
        open.pop();
      }

      const list = open.at(-1);
      const isIn = list && width >= list.content;
      const indent = isIn ? list.fresh + width - list.content : (list?.indent ?? width);
      const number = isIn ? 1 : (list?.number ?? (last?.number || 0)) + 1;
      const mark = { bullet: "-", number: `${number}.`, task: "-" }[kind];

      isIn || open.pop();
      open.push({ width, content: item?.content ?? width + 1, indent, fresh: indent + mark.length + 1, number });
      const box = kind === "task" ? "[ ] " : "";
      return isKind(item, kind) ? line : `${quote}${" ".repeat(indent)}${mark} ${box}${rest}`;
    });
  });
}

const ONLY_IMAGE = /^ {0,3}!\[.*\]\(\S+(\s+["'(].*["')])?\)\s*$/;

// The item that a line is in which is not its first: by its spaces.
function findItemAround(value, start) {
  const line = readLine(value, start);
  const columns = countColumns(line.replace(QUOTE, "").match(/^[ \t]*/)[0]);
  const above = columns ? value.slice(findList(value, start, start)[0], start) : "";
  const items = above.split("\n").map(readItem).filter(Boolean);
  let width = Infinity;
  // An item ends with one that is further out.
  return items.reverse().find((item) => {
    const isOpen = item.width < width;
    width = Math.min(width, item.width);
    return isOpen && item.content <= columns;
  });
}

// Another line of an item begins as this one does. Twice, it is another paragraph of it;
// three times, the end of it.
function continueParagraph(field, { quote }) {
  const { value, selectionEnd: at } = field;
  const start = findLineStart(value, at);
  const line = value.slice(start, at);
  const above = value.slice(findLineStart(value, Math.max(0, start - 1)), Math.max(0, start - 1));

  if (!isBlank(line)) {
    edit(field, at, at, `\n${line.match(/^(?: {0,3}> ?)*[ \t]*/)[0]}`);
  } else if (isBlank(above)) {
    edit(field, start, at, quote);
  } else {
    edit(field, start, at, `${quote.trimEnd()}\n${line}`);
  }
}

// Enter goes on with a list or a quote, and ends it on an empty line; anywhere else, it
// is false.
function continueLine(field) {
  const { value, selectionStart: at, selectionEnd } = field;
  const start = findLineStart(value, at);
  const before = value.slice(start, at);
  const item = readItem(before);
  const quote = before.match(QUOTE)[0];

  // What came on the next line would be in its paragraph, and it no figure.
  if (ONLY_IMAGE.test(before) && isBlank(readLine(value, at)) && !isInCode(value, start)) {
    edit(field, at, selectionEnd, "\n\n");
    return true;
  }
  if (at !== selectionEnd || isInCode(value, start)) {
    return false;
  }
  const rest = readLine(value, at).trim();
  const around = item || (isBlank(before) && rest) ? undefined : findItemAround(value, start);

  if (around) {
    continueParagraph(field, around);
    return true;
  } else if (!(item || quote)) {
    return false;
  }

  const isEmpty = !before.slice(item?.length ?? quote.length).trim();

  if (!isEmpty || rest) {
    const { isSame } = count(value.slice(...findList(value, at, at)).split("\n"));
    const next = item && /\d/.test(item.mark) ? item.number + !isSame + item.kind : item?.mark;
    const box = item?.box.replace(/[xX]/, " ");
    edit(field, at, at, `\n${item ? writeItem({ ...item, box }, next) : quote}`);
  } else if (item?.width && indent(field, true)) {
    return true;
  } else {
    const left = item ? quote : quote.replace(/ {0,3}> ?$/, "");
    // Without a line between, what comes next would still be in it.
    const isAfter = start > 0 && !isBlank(value.slice(findLineStart(value, start - 1), start - 1));
    const isBefore = !isBlank(readLine(value, at + 1));
    const blank = left.trimEnd();
    const text = isAfter ? `${blank}\n${left}` : left;
    edit(field, start, at, isBefore ? `${text}\n${blank}` : text, start + text.length);
  }
  return true;
}
