// Places in a text that somebody goes on writing: where they move to, where they are on
// the page, and changes there that disturb nobody.

// What is typed at a place comes after it.
function movePlace(place, [start, removed, added]) {
  if (place <= start) {
    return place;
  }
  const isGone = place < start + removed;
  return isGone ? Math.min(place, start + added) : place + added - removed;
}

// The end of the line that something was dropped on, if the browser tells.
function findDropped(field, { clientX, clientY }) {
  const position = document.caretPositionFromPoint?.(clientX, clientY);
  return position?.offsetNode === field ? findLineEnd(field.value, position.offset) : undefined;
}

// Where a paragraph can be put in: not in code, nor in a line that has gone on since its
// end was chosen.
function findRoom(value, { place, isWithin }) {
  const hasGoneOn = !isWithin && /[^\n]/.test(value[place - 1] ?? "\n");
  return findFenceEnd(value, hasGoneOn ? findLineEnd(value, place) : place);
}

// Change a part of a field in which, or beside which, somebody may be writing: focus,
// cursor and what is in view stay.
function undisturbed(field, start, end, write) {
  const active = document.activeElement;
  const { selectionStart, selectionEnd, value } = field;
  const [left, top] = [scrollX, scrollY];

  // Or else it would be undone along with what was just typed there.
  field.setSelectionRange(0, 0);
  write();
  // What an undo comes back to.
  const step = steps.at(-1);
  if (step?.field === field && step.value === value) {
    Object.assign(step, { selectionStart, selectionEnd });
  }
  const more = field.value.length - value.length;
  const change = [start, end - start, end - start + more];
  field.setSelectionRange(movePlace(selectionStart, change), movePlace(selectionEnd, change));

  if (active === document.body) {
    field.blur();
  } else if (active !== field) {
    active.focus({ preventScroll: true });
  }
  scrollTo(left, top);
}

// Where a part of a field's text is in the window: a box for each of its lines. They are
// those of a copy.
function findRects(field, start, end) {
  const copy = document.createElement("div");
  const style = getComputedStyle(field);
  // "font" is empty where ligatures are off.
  const fonts = ["fontFamily", "fontSize", "fontWeight", "fontVariantLigatures"];
  for (const name of [...fonts, "letterSpacing", "paddingInline", "direction", "tabSize"]) {
    copy.style[name] = style[name];
  }
  // In pixels, it is rounded otherwise, and thousands of lines add up.
  copy.style.lineHeight = parseFloat(style.lineHeight) / parseFloat(style.fontSize);
  Object.assign(copy.style, {
    position: "absolute",
    visibility: "hidden",
    boxSizing: "border-box",
    width: `${field.clientWidth}px`,
    whiteSpace: "pre-wrap",
    overflowWrap: "break-word",
  });
  copy.textContent = field.value.slice(0, start);
  const part = document.createElement("span");
  part.textContent = field.value.slice(start, end) || "\u200b";
  // The rest of the word, or else the line might break elsewhere.
  copy.append(part, field.value.slice(end, end + 99).match(/^\S*/)[0]);
  document.body.append(copy);
  const origin = copy.getBoundingClientRect();
  const rects = [...part.getClientRects()];
  copy.remove();
  const { left, top } = field.getBoundingClientRect();
  const x = left + parseFloat(style.borderLeftWidth) - origin.left;
  const y = top + parseFloat(style.borderTopWidth) + parseFloat(style.paddingTop) - origin.top;
  return rects.map((rect) => new DOMRect(rect.x + x, rect.y + y, rect.width, rect.height));
}
