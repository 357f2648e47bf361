// Lines: headings, quotes, items of lists, and what Enter does there.

// Change the lines that are selected.
function changeLines(field, alter) {
  const { value, selectionStart, selectionEnd } = field;
  const [start, end] = selectedLines(field);
  const fresh = alter(value.slice(start, end).split("\n")).join("\n");

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
  changeLines(field, (lines) => {
    const now = readLevel(lines.find((line) => !isBlank(line)) ?? "");
    const next = level ?? LEVELS.find((other) => other > now) ?? 0;
    const mark = next && next !== now ? `${"#".repeat(next)} ` : "";
    const alter = (line) => line.replace(/^((?: {0,3}> ?)*)(?:#{1,6}[ \t]+)?/, `$1${mark}`);
    return lines.map((line) => (isBlank(line) && lines.length > 1 ? line : alter(line)));
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

  changeLines(field, (lines) => {
    const isSpace = (line) => isBlank(line) && lines.length > 1;
    const isOn = lines.every((line) => isSpace(line) || isKind(readItem(line), kind));
    const open = [];

    return lines.map((line) => {
      const [all, quote, space] = line.match(/^((?: {0,3}> ?)*)([ \t]*)/);
      const item = readItem(line);
      const width = countColumns(space);
      const rest = line.slice(item?.length ?? all.length);

      if (isSpace(line)) {
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

// Enter goes on with a list or a quote, and ends it on an empty line; anywhere else, it
// is false.
function continueLine(field) {
  const { value, selectionStart: at, selectionEnd } = field;
  const start = findLineStart(value, at);
  const before = value.slice(start, at);
  const item = readItem(before);
  const quote = before.match(QUOTE)[0];

  if (at !== selectionEnd || !(item || quote) || isInCode(value, start)) {
    return false;
  }

  const isEmpty = !before.slice(item?.length ?? quote.length).trim();
  const rest = value.slice(at, findLineEnd(value, at)).trim();

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
    const isBefore = !isBlank(value.slice(at + 1, findLineEnd(value, at + 1)));
    const blank = left.trimEnd();
    const text = isAfter ? `${blank}\n${left}` : left;
    edit(field, start, at, isBefore ? `${text}\n${blank}` : text, start + text.length);
  }
  return true;
}
