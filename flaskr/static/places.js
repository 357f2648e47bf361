// Places in a text that somebody goes on writing: where they move to, where they are on
// the page, and changes there that disturb nobody.

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

// What is typed at a place comes after it.
function movePlace(place, [start, removed, added]) {
  if (place <= start) {
    return place;
  }
  const isGone = place < start + removed;
  return isGone ? Math.min(place, start + added) : place + added - removed;
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
  for (const name of ["fontFamily", "fontSize", "fontWeight", "fontVariantLigatures"]) {
    copy.style[name] = style[name];
  }
  // In pixels, it is rounded otherwise, and thousands of lines add up.
  copy.style.lineHeight = parseFloat(style.lineHeight) / parseFloat(style.fontSize);
  for (const name of ["letterSpacing", "paddingInline", "direction", "tabSize"]) {
    copy.style[name] = style[name];
  }
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

// How far below the top of a field the line of a place ends, in pixels.
function measure(field, place) {
  return findRects(field, place, place)[0].bottom - field.getBoundingClientRect().top;
}
