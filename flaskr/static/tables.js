// Tables that can be typed: Tab and Enter lead from cell to cell, and align the columns.

const DELIMITER = /^[ \t>]*\|?([ \t]*:?-+:?[ \t]*\|)*[ \t]*:?-+:?[ \t]*\|?[ \t]*$/;
// What fills two columns of a font whose letters fill one.
const WIDE = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\u3000-\u303f\uff01-\uff60\uffe0-\uffe6]/gu;
const MARKS = /[\p{M}\u200b-\u200f\ufe0f]/gu;

const measureCell = (text) =>
  [...text.replace(MARKS, "")].length + (text.match(WIDE)?.length ?? 0);

// What is before the first cell: also an item, on the line of its number or star.
const readPrefix = (line) => {
  const item = DELIMITER.test(line) ? undefined : readItem(line);
  return item ? line.slice(0, item.length) : line.match(/^[ \t>]*/)[0];
};
const findBegin = (line) => {
  const { length } = readPrefix(line);
  return length + (line[length] === "|");
};

// The bars of a row that are not escaped.
const findBars = (line) =>
  [...line.matchAll(/\\.|\|/g)].filter(([bar]) => bar === "|").map(({ index }) => index);

function readRow(line) {
  const begin = findBegin(line);
  const bars = findBars(line).filter((bar) => bar >= begin);
  const starts = [begin, ...bars.map((bar) => bar + 1)];
  const cells = starts.map((start, index) => line.slice(start, bars[index]).trim());
  // After the last bar is no cell.
  return cells.length > 1 && !cells.at(-1) ? cells.slice(0, -1) : cells;
}

// The table that the cursor is in: where, its rows, and which cell.
function findTable({ value, selectionEnd: at }) {
  const start = findLineStart(value, at);
  const isRow = (line) => line.includes("|");
  let top = start;
  let bottom = findLineEnd(value, at);

  if (!isRow(readLine(value, start))) {
    return;
  }
  while (top > 0 && isRow(readLine(value, findLineStart(value, top - 1)))) {
    top = findLineStart(value, top - 1);
  }
  while (bottom < value.length && isRow(readLine(value, bottom + 1))) {
    bottom = findLineEnd(value, bottom + 1);
  }

  let lines = value.slice(top, bottom).split("\n");
  const head = lines.findIndex((line, index) => {
    const next = lines[index + 1] ?? "";
    return DELIMITER.test(next) && readRow(next).length === readRow(line).length;
  });
  top += lines.slice(0, Math.max(head, 0)).join("\n").length + (head > 0);

  if (head < 0 || start < top || isInCode(value, top)) {
    return;
  }
  lines = lines.slice(head);
  const prefixes = lines.map(readPrefix);
  const row = value.slice(top, start).split("\n").length - 1;
  const line = lines[row];
  const begin = findBegin(line);
  const column = findBars(line).filter((bar) => bar >= begin && bar < at - start).length;
  const rows = lines.map(readRow);
  return { top, bottom, prefixes, rows, row, column };
}

const readSide = (cell) => cell.replace(/-+/, "-");

function alignTable({ prefixes, rows }) {
  const [head, delimiters] = rows;
  const sides = delimiters.map(readSide);
  const widths = [];

  for (const [index, cells] of rows.entries()) {
    while (cells.length < head.length) {
      cells.push("");
    }
    cells.forEach((cell, column) => {
      const width = index === 1 ? 3 : measureCell(cell);
      widths[column] = Math.max(widths[column] ?? 3, width);
    });
  }

  return rows.map((cells, index) => {
    const padded = cells.map((cell, column) => {
      const side = sides[column] ?? "-";
      const spaces = widths[column] - measureCell(cell);
      if (index === 1) {
        return side.replace("-", "-".repeat(widths[column] - side.length + 1));
      }
      const before = { "-:": spaces, ":-:": Math.floor(spaces / 2) }[side] ?? 0;
      return " ".repeat(before) + cell + " ".repeat(spaces - before);
    });
    return `${prefixes[index] ?? prefixes[1]}| ${padded.join(" | ")} |`;
  });
}

// Where the text of a cell is, once the table is aligned.
function findCell(table, row, column) {
  const lines = alignTable(table);
  const cell = table.rows[row][column];
  const line = lines[row];
  const begin = findBegin(line);
  const bars = [begin - 1, ...findBars(line).filter((bar) => bar >= begin)];
  const inner = line.slice(bars[column] + 1, bars[column + 1]);
  const before = cell ? inner.length - inner.trimStart().length : 1;
  const above = lines.slice(0, row).join("\n").length + (row > 0);
  const from = table.top + above + bars[column] + 1 + before;
  return [from, from + cell.length];
}

// Align a table, and select what is in a cell.
function goToCell(field, table, row, column) {
  const place = findCell(table, row, column);
  change(field, table.top, table.bottom, alignTable(table).join("\n"), ...place);
}

const makeRow = ({ rows }) => rows[0].map(() => "");

// What would end a cell is none.
const escapeBars = (text) => text.replace(/\\.|\|/g, (found) => (found === "|" ? "\\|" : found));

// The cells of a table that was copied, in Markdown or as spreadsheets have them, of which
// a column is no more than lines. Markdown has no row without text.
function readCells(text, plain, isColumn) {
  const lines = text.replace(/\n$/, "").split("\n");
  const copied = plain.replace(/\r?\n$/, "").split(/\r?\n/);

  if (lines.every((line) => line.startsWith("|")) && DELIMITER.test(lines[1] ?? "")) {
    const rows = lines.filter((_, index) => index !== 1).map(readRow);
    const texts = copied.filter((line) => line.trim()).length;
    return texts === rows.length ? copied.map((line) => (line.trim() ? rows.shift() : [""])) : rows;
  } else if (isColumn || text.includes("\t")) {
    return lines.map((line) => line.split("\t").map((cell) => escapeBars(cell.trim())));
  }
}

// A table whose cells are those that were copied, from the one at a place on, as a change;
// nothing elsewhere, and of what is no table.
function fillCells(value, start, end, text, plain) {
  const table = findTable({ value, selectionEnd: start });
  if (!table || end > table.bottom) {
    return;
  }
  const { column, rows, top, bottom } = table;
  const isWhole = rows[table.row][column] === value.slice(start, end).trim();
  const copied = readCells(text, plain, isWhole && text === plain);

  if (!copied) {
    return;
  }
  const width = Math.max(rows[0].length, column + Math.max(...copied.map(({ length }) => length)));
  let row = table.row === 1 ? 2 : table.row;

  for (const cells of copied) {
    rows[row] ??= [];
    cells.forEach((cell, index) => (rows[row][column + index] = cell));
    row += row ? 1 : 2;
  }
  for (const [index, cells] of rows.entries()) {
    const length = Math.max(width, cells.length);
    rows[index] = Array.from({ length }, (_, at) => cells[at] ?? (index === 1 ? "-" : ""));
  }
  const [, to] = findCell(table, row > 2 ? row - 1 : 0, column + copied.at(-1).length - 1);
  return { start: top, end: bottom, text: alignTable(table).join("\n"), from: to, to };
}

// Tab, and Shift and Tab; false out of a table, and at its ends.
function moveInTable(field, isBack) {
  const table = findTable(field);

  if (!table) {
    return false;
  }
  const { rows } = table;
  let { row, column } = table;

  if (isBack) {
    column--;
    if (column < 0) {
      row -= row === 2 ? 2 : 1;
      column = (rows[row]?.length ?? 0) - 1;
    }
    if (row < 0) {
      return false;
    }
  } else if (row === 1 || ++column >= rows[row].length) {
    row += row ? 1 : 2;
    column = 0;
  }
  if (row >= rows.length) {
    rows.push(makeRow(table));
  }
  goToCell(field, table, row, column);
  return true;
}

// Enter leads down; after the last row it adds one, and leaves the table if that is empty.
function enterInTable(field) {
  const table = field.selectionStart === field.selectionEnd || !isManyLines(field) ? findTable(field) : null;

  if (!table) {
    return false;
  }
  const { rows, row, column, prefixes } = table;
  const [, prefix] = prefixes;
  const next = row ? row + 1 : 2;
  const isEmpty = row > 1 && rows[row].every((cell) => !cell);

  if (next === rows.length && isEmpty) {
    rows.pop();
    const text = `${alignTable(table).join("\n")}\n${prefix.trimEnd()}\n${prefix}`;
    change(field, table.top, table.bottom, text, table.top + text.length);
    return true;
  }
  if (next === rows.length) {
    rows.push(makeRow(table));
  }
  // From behind a row, to the first one.
  goToCell(field, table, next, rows[next][column] === undefined ? 0 : column);
  return true;
}

// Who types a row with its bars goes over those that are there: first to the first cell.
function typeBar(field, event) {
  const { value, selectionStart, selectionEnd: at } = field;
  const table = event.data === "|" && selectionStart === at && findTable(field);
  const rest = value.slice(at).match(/^ *\|/);

  if (table && rest && !isComposed && value[at - 1] !== "\\") {
    event.preventDefault();
    const isEmpty = table.rows[table.row].every((cell) => !cell);
    isEmpty
      ? goToCell(field, table, table.row, 0)
      : field.setSelectionRange(at + rest[0].length, at + rest[0].length);
  }
}

const isManyLines = ({ value, selectionStart, selectionEnd }) =>
  value.slice(selectionStart, selectionEnd).includes("\n");

// After the line with the cursor, a paragraph of its own, with the first cell selected.
function insertTable(field) {
  const { value, selectionEnd } = field;
  const at = findFenceEnd(value, findLineEnd(value, selectionEnd));
  const { cell } = extras.querySelector("[data-action=table]").dataset;
  const table = { prefixes: ["", ""], rows: [[cell, cell], ["-", "-"], ["", ""]] };
  const text = alignTable(table).join("\n");
  const before = value.slice(0, at);
  const gap = before.trim() ? "\n\n".slice(before.match(/\n{0,2}$/)[0].length) : "";
  const after = "\n\n".slice(value.slice(at).match(/^\n{0,2}/)[0].length);
  const from = at + gap.length + 2;
  change(field, at, at, gap + text + after, from, from + cell.length);
}
