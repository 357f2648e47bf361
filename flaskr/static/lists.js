// Lists, which count by themselves.

const QUOTE = /^(?: {0,3}> ?)*/;
const ITEM = /^([ \t]*)(?:([-*+])|(\d{1,9})([.)]))([ \t]+)(\[[ xX]\][ \t]+)?/;
const FENCE = /^[ >]*(?:[-*+] +|\d+[.)] +)?(`{3,}|~{3,})(.*)$/gm;
const isBlank = (line) => !line.replace(QUOTE, "").trim();
const countColumns = (space) => space.replaceAll("\t", "    ").length;

// What the line of an item begins with, or nothing: widths are in columns.
function readItem(line) {
  const quote = line.match(QUOTE)[0];
  const item = line.slice(quote.length).match(ITEM);

  if (item) {
    const [all, indent, bullet, number, dot, space, box = ""] = item;
    const width = countColumns(indent);
    const mark = bullet ?? number + dot;
    const content = width + mark.length + Math.min(space.length, 4);
    const length = quote.length + all.length;
    const kind = bullet ?? dot;
    return { quote, indent, width, content, mark, kind, number: Number(number), space, box, length };
  }
}

const writeItem = ({ quote, indent, space, box }, mark) => quote + indent + mark + space + box;

// Where fences begin and end, between which everything stays as it is.
function findFenced(text) {
  const found = [];
  let fence;

  for (const { 0: line, 1: marks, 2: info, index } of text.matchAll(FENCE)) {
    if (!fence && !(marks[0] === "`" && info.includes("`"))) {
      fence = marks;
      found.push([index, text.length + 1]);
    } else if (fence && marks.startsWith(fence) && !info.trim()) {
      fence = undefined;
      found.at(-1)[1] = index + line.length;
    }
  }
  return found;
}

// The lines of a part of a text: where each is, and whether it is code, or a row.
function readLines(value, from, to) {
  const fenced = findFenced(value.slice(0, to));
  let at = from;
  return value.slice(from, to).split("\n").map((line) => {
    const start = at;
    at += line.length + 1;
    const isCode = fenced.some(([first, last]) => first <= start && start < last);
    const isRow = Boolean(!isCode && line.includes("|") && findTable({ value, selectionEnd: start }));
    return { start, end: at - 1, line, isCode, isRow };
  });
}

// Where a place is, or the code around it ends.
function findFenceEnd(text, at) {
  const [, end = at] = findFenced(text).find(([from, to]) => from < at && at < to) ?? [];
  return Math.min(end, text.length);
}

const isInCode = (text, at = text.length) => findFenced(text.slice(0, at)).at(-1)?.[1] > at;

const depth = (line) => line.match(QUOTE)[0].replace(/[^>]/g, "").length;
const isIndented = (line) => /^[ \t]+\S/.test(line.replace(QUOTE, ""));

// Where the list begins and ends that a part of a text is in, or next to.
function findList(text, start, end) {
  const isPart = (line) => readItem(line) || isIndented(line) || isBlank(line);
  let top = findLineStart(text, start);
  let bottom = findLineEnd(text, end);
  const quotes = depth(readLine(text, top));

  while (top > 0) {
    const before = findLineStart(text, top - 1);
    const line = readLine(text, before);
    if (!isPart(line) || depth(line) !== quotes) {
      break;
    }
    top = before;
  }
  while (bottom < text.length) {
    const line = readLine(text, bottom + 1);
    const isLazy = !isBlank(text.slice(findLineStart(text, bottom), bottom));
    if ((!isPart(line) && !isLazy) || depth(line) !== quotes) {
      break;
    }
    bottom += 1 + line.length;
  }
  return [top, bottom];
}

function shiftLine(line, by) {
  const [quote] = line.match(QUOTE);
  const rest = line.slice(quote.length);
  return quote + (by < 0 ? rest.replace(new RegExp(`^ {0,${-by}}`), "") : " ".repeat(by) + rest);
}

// Lines with the numbers of their items counted, and whether all in a list are the same.
// What is in an item stays in it, whose number may be wider.
function count(lines, first) {
  const open = [];
  let same = 0;
  let other = 0;
  const counted = lines.map((line) => {
    const item = readItem(line);

    if (!item) {
      const columns = countColumns(line.replace(QUOTE, "").match(/^[ \t]*/)[0]);
      const around = open.filter(({ content }) => columns >= content).at(-1);
      return isBlank(line) ? line : shiftLine(line, around?.shift ?? 0);
    }
    while (open.length && item.width < open.at(-1).width) {
      open.pop();
    }

    let list = open.at(-1);
    const isNext = list && item.width < list.content && item.kind === list.kind;

    if (isNext && item.number) {
      item.number === list.typed ? same++ : other++;
    }
    if (!list || item.width >= list.content) {
      open.push((list = { width: item.width, outer: list?.shift ?? 0 }));
    }
    const number = isNext ? list.number + 1 : (first ?? item.number);
    first = undefined;
    const mark = /[.)]/.test(item.kind) ? number + item.kind : item.mark;
    Object.assign(list, { kind: item.kind, content: item.content, number, typed: item.number });
    list.shift = list.outer + mark.length - item.mark.length;
    return shiftLine(writeItem(item, mark) + line.slice(item.length), list.outer);
  });
  return { counted, isSame: same > 0 && !other };
}

// What a change makes of a text once its lists have counted: the part that is replaced,
// with what, what is selected then, and whether any number is another one.
function plan(value, start, end, text, from = start + text.length, to = from) {
  const fresh = value.slice(0, start) + text + value.slice(end);
  const [top, bottom] = findList(fresh, start, start + text.length);
  const [oldTop, oldBottom] = findList(value, start, end);
  const unchanged = { start, end, text, from, to, isCounted: false };

  if (isInCode(fresh, top)) {
    return unchanged;
  }
  const old = value.slice(oldTop, oldBottom).split("\n");
  const lines = fresh.slice(top, bottom).split("\n");
  const [one, other] = [old, lines].map((list) => readItem(list.find(readItem) ?? ""));
  const isSameList = top === oldTop && one?.kind === other?.kind && one?.width === other?.width;
  const { counted } = count(lines, isSameList && one?.number ? one.number : undefined);

  if (count(old).isSame || counted.join() === lines.join()) {
    return unchanged;
  }
  const move = (offset) => {
    let at = top;
    let moved = offset;
    for (const [index, line] of lines.entries()) {
      moved += offset > at ? counted[index].length - line.length : 0;
      at += line.length + 1;
    }
    return moved;
  };
  // Also what is before the list, or after it.
  const low = Math.min(start, top);
  const high = Math.max(start + text.length, bottom);
  return {
    start: low,
    end: high - fresh.length + value.length,
    text: fresh.slice(low, top) + counted.join("\n") + fresh.slice(bottom, high),
    from: move(from),
    to: move(to),
    isCounted: true,
  };
}

function apply(field, { start, end, text, from, to }) {
  change(field, start, end, text, from, to);
}

const edit = (field, ...change) => apply(field, plan(field.value, ...change));

// Tab makes an item one of the item above, with all that is in it; Shift and Tab, one of
// the list around. False where is no item, or nowhere to go out to.
function indent(field, isOut) {
  const { value, selectionStart, selectionEnd } = field;
  const [start, last] = selectedLines(field);
  const item = readItem(readLine(value, start));

  if (!item || isInCode(value, start) || (isOut && !item.width)) {
    return false;
  }

  const above = value.slice(findList(value, start, start)[0], start).split("\n").slice(0, -1);
  const items = above.map(readItem).filter(Boolean).reverse();
  const over = items.find(({ width }) => (isOut ? width < item.width : width <= item.width));
  const width = isOut ? (over?.width ?? 0) : Math.max(over?.content ?? 0, item.width);

  if (width === item.width) {
    return true;
  }

  let end = last;
  const isWithin = (line) => !isBlank(line) && countColumns(line.replace(QUOTE, "").match(/^[ \t]*/)[0]) > item.width;
  while (end < value.length && isWithin(readLine(value, end + 1))) {
    end = findLineEnd(value, end + 1);
  }

  const shift = (line) => {
    const [all, quote, space] = line.match(/^((?: {0,3}> ?)*)([ \t]*)/);
    const columns = Math.max(0, countColumns(space) + width - item.width);
    return isBlank(line) ? line : quote + " ".repeat(columns) + line.slice(all.length);
  };
  const lines = value.slice(start, end).split("\n").map(shift);
  const moved = readItem(lines[0]);
  // Counted from the items before it, if there are any.
  const mark = /\d/.test(item.mark) ? `1${item.kind}` : item.mark;
  const outer = isOut && over ? (over.number >= 0 ? over.number + 1 + over.kind : over.mark) : mark;
  lines[0] = writeItem(moved, outer) + lines[0].slice(moved.length);
  const fresh = lines.join("\n");
  const grown = writeItem(moved, outer).length - item.length;
  const to = Math.max(start, selectionEnd + (selectionStart === selectionEnd ? grown : fresh.length - (end - start)));
  edit(field, start, end, fresh, Math.max(start, selectionStart + grown), to);
  return true;
}

// What is deleted, pasted or typed over, so that the list goes on counting in the same step.
function countWith(field, event) {
  const { value, selectionStart: start, selectionEnd: end } = field;
  const isTyped = event.inputType === "insertText" && !event.data?.includes("\n");
  const isPaste = /^insertFrom(Paste|Drop)$/.test(event.inputType);
  // Words end with their line.
  const [, way] = event.inputType.match(/^delete(?:Content|Word)(Backward|Forward)$/) ?? [];
  const one = [Math.max(0, start - (way === "Backward")), end + (way === "Forward")];
  const range = start === end ? one : [start, end];
  const text = isPaste || isTyped ? (event.data ?? "") : "";
  const isOfLines = (value.slice(...range) + text).includes("\n");

  if (isReplacing || isComposed || !isOfLines || !(isPaste || isTyped || /^delete/.test(event.inputType))) {
    return;
  }
  const planned = plan(value, ...range, text.replace(/\r\n?/g, "\n"));
  if (planned.isCounted && event.cancelable) {
    event.preventDefault();
    apply(field, planned);
  }
}
