// Tables that can be typed: Tab and Enter lead from cell to cell, and align the columns.

const DELIMITER = /^[ \t>]*\|?([ \t]*:?-+:?[ \t]*\|)*[ \t]*:?-+:?[ \t]*\|?[ \t]*$/;
// What fills two columns of a font whose letters fill one.
const WIDE = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\u3000-\u303f\uff01-\uff60\uffe0-\uffe6]/gu;
const MARKS = /[\p{M}\u200b-\u200f\ufe0f]/gu;

const measureCell = (text) =>
  [...text.replace(MARKS, "")].length + (text.match(WIDE)?.length ?? 0);

// The bars of a row that are not escaped.
const findBars = (line) =>
  [...line.matchAll(/\\.|\|/g)].filter(([bar]) => bar === "|").map(({ index }) => index);

function readRow(line) {
  const begin = line.match(/^[ \t>]*\|?/)[0].length;
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
  const lineAt = (from) => value.slice(from, findLineEnd(value, from));
  let top = start;
  let bottom = findLineEnd(value, at);

  if (!isRow(lineAt(start))) {
    return;
  }
  while (top > 0 && isRow(lineAt(findLineStart(value, top - 1)))) {
    top = findLineStart(value, top - 1);
  }
  while (bottom < value.length && isRow(lineAt(bottom + 1))) {
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
  const prefix = lines[0].match(/^[ \t>]*/)[0];
  const row = value.slice(top, start).split("\n").length - 1;
  const line = lines[row];
  const begin = line.match(/^[ \t>]*\|?/)[0].length;
  const column = findBars(line).filter((bar) => bar >= begin && bar < at - start).length;
  const rows = lines.map(readRow);
  return { top, bottom, prefix, rows, row, column: Math.min(column, rows[row].length - 1) };
}

const readSide = (cell) => cell.replace(/-+/, "-");

function alignTable({ prefix, rows }) {
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
    return `${prefix}| ${padded.join(" | ")} |`;
  });
}

// Align a table, and select what is in a cell.
function goToCell(field, table, row, column) {
  const lines = alignTable(table);
  const cell = table.rows[row][column];
  const line = lines[row];
  const begin = line.match(/^[ \t>]*\|/)[0].length;
  const bars = [begin - 1, ...findBars(line).filter((bar) => bar >= begin)];
  const inner = line.slice(bars[column] + 1, bars[column + 1]);
  const before = cell ? inner.length - inner.trimStart().length : 1;
  const above = lines.slice(0, row).join("\n").length + (row > 0);
  const from = table.top + above + bars[column] + 1 + before;
  change(field, table.top, table.bottom, lines.join("\n"), from, from + cell.length);
}

const makeRow = ({ rows }) => rows[0].map(() => "");

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
  const { rows, row, prefix } = table;
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
  goToCell(field, table, next, Math.min(table.column, rows[next].length - 1));
  return true;
}

const isManyLines = ({ value, selectionStart, selectionEnd }) =>
  value.slice(selectionStart, selectionEnd).includes("\n");

// After the line with the cursor, a paragraph of its own, with the first cell selected.
function insertTable(field) {
  const { value, selectionEnd } = field;
  const at = findLineEnd(value, selectionEnd);
  const { cell } = extras.querySelector("[data-action=table]").dataset;
  const table = { prefix: "", rows: [[cell, cell], ["-", "-"], ["", ""]] };
  const text = alignTable(table).join("\n");
  const before = value.slice(0, at);
  const gap = before.trim() ? "\n\n".slice(before.match(/\n{0,2}$/)[0].length) : "";
  const after = "\n\n".slice(value.slice(at).match(/^\n{0,2}/)[0].length);
  const from = at + gap.length + 2;
  change(field, at, at, gap + text + after, from, from + cell.length);
}
