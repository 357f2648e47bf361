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

// How far below the top of a field the line of a place ends, in pixels.
const SHAPES = [
  ...["fontFamily", "fontSize", "fontWeight", "fontVariantLigatures", "lineHeight"],
  ...["letterSpacing", "wordSpacing", "tabSize", "direction", "textAlign", "padding"],
  ...["borderWidth", "borderStyle", "boxSizing", "width"],
];

function measure(field, place) {
  const style = getComputedStyle(field);
  const mirror = document.createElement("div");
  const mark = document.createElement("span");

  mirror.className = "mirror";
  SHAPES.forEach((name) => (mirror.style[name] = style[name]));
  mark.textContent = "\u200b";
  mirror.append(field.value.slice(0, place), mark);
  field.after(mirror);
  const below = mark.offsetTop + mark.offsetHeight;
  mirror.remove();
  return below;
}
