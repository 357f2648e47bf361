// The image at the cursor: what it shows, its caption and its width are fields below the
// text, and its Markdown is rewritten with each change.

// Milliseconds at an image before its fields appear, and without a key before what was
// typed there is in the text.
const SOON = 100;
const LATER = 2000;
// As far around the cursor as an image is looked for: more than its longest texts.
const REACH = 2000;
// The alternative text, with brackets in it; the address; the title with its quotes.
const IMAGE =
  /!\[((?:\\.|[^\\[\]]|\[(?:\\.|[^\\[\]])*\])*)\]\([ \t]*(<[^<>\n]*>|(?:\\.|[^\s()\\<]|\([^\s()]*\))*)(?:\s+("(?:\\.|[^\\"])*"|'(?:\\.|[^\\'])*'|\((?:\\.|[^\\()])*\)))?\s*\)/g;
const OWN_IMAGE = /^(\/image\/(?:[0-9a-f]{12}|[0-9a-f]{40})-[\w.-]+)(?:#(.*))?$/;

const escapeAlt = (text) => text.replace(/[!&*<>[\\\]_`|~]/g, "\\$&");
// An entity in a title is one even after a "\".
const escapeTitle = (text) => text.replace(/&/g, "&amp;").replace(/["\\|]/g, "\\$&");
const unescapeMarkdown = (text) =>
  text.replace(/&amp;/g, "&").replace(/\\([!-/:-@[-`{-~])/g, "$1");
const asLine = (text) => text.split(/\s+/).filter(Boolean).join(" ");

// What is in the Markdown of an image, each as it is typed there.
function readImage([text, alt, target, title = ""]) {
  const [, own, width] = target.replace(/^<|>$/g, "").match(OWN_IMAGE) ?? [];
  return { text, alt, target, title, own, width: width ?? "" };
}

// Changed is only what differs, so that the rest stays as it was typed.
function writeImage(image, { alt, caption, width }) {
  const isNew = (value, typed) => value !== undefined && value !== asLine(unescapeMarkdown(typed));
  let { alt: text, target, title } = image;

  if (isNew(alt, text)) {
    text = escapeAlt(alt);
  }
  if (isNew(caption, title.slice(1, -1))) {
    title = caption && `"${escapeTitle(caption)}"`;
  }
  if (image.own && width !== undefined && width !== image.width) {
    target = image.own + (width && `#${width}`);
  }
  return `![${text}](${target}${title && ` ${title}`})`;
}

const describeImage = (markdown, alt) =>
  markdown.replace(IMAGE, (...match) => writeImage(readImage(match), { alt }));

// Whether a place is within code, or an image there begins with a "\".
function isLiteral(before) {
  const line = before.slice(before.lastIndexOf("\n") + 1);
  return isInCode(before) || line.split("`").length % 2 === 0 || /\\*$/.exec(line)[0].length % 2;
}

function findImage({ value, selectionStart, selectionEnd }) {
  const from = Math.max(0, selectionStart - REACH);

  for (const match of value.slice(from, selectionEnd + REACH).matchAll(IMAGE)) {
    const start = from + match.index;
    const end = start + match[0].length;

    if (start <= selectionStart && selectionEnd <= end) {
      const isImage = !/\n\s*\n/.test(match[0]) && !isLiteral(value.slice(0, start));
      return isImage ? { ...readImage(match), start, end, value } : undefined;
    }
  }
  return undefined;
}

// Where an image is by now, as when another one was uploaded before it: of several that
// are alike, the nearest one.
function findMoved({ value, selectionEnd }, image) {
  const place = movePlace(image.start, findChange(image.value, value, selectionEnd));
  const after = value.indexOf(image.text, place);
  const before = value.lastIndexOf(image.text, place);
  return before < 0 || (after >= 0 && after - place < place - before) ? after : before;
}

// Only one that is alone in its paragraph is a figure; it may be a link.
function isFigure(value, { start, end }) {
  const before = value.slice(Math.max(0, start - REACH), start);
  const after = value.slice(end, end + REACH);
  return /(^|\n)[ \t>]*\[?$/.test(before) && /^(\]\([^)\n]*\))?[ \t]*(\n|$)/.test(after);
}

function addFigureTools(field, tools) {
  const [group, status] = tools.cloneNode(true).children;
  const controls = [...group.querySelectorAll("input, select")];
  const [alt, caption, width] = controls;
  const names = ["alt", "caption", "width"];
  let image;
  // That whose values the fields have, when it is not at the cursor any more.
  let shown;
  let filled = [];
  let timer;
  let later;
  // That whose fields somebody has put away.
  let closed;

  function fill() {
    shown = image;
    const values = [image.alt, image.title.slice(1, -1)].map(unescapeMarkdown).map(asLine);
    [alt, caption].forEach((input, number) => {
      // What is only shown is nothing that somebody typed, who may be going on.
      if (input !== document.activeElement) {
        input.value = input.defaultValue = values[number];
      }
    });
    width.value = image.width;
    width.selectedIndex = Math.max(0, width.selectedIndex);
    filled = controls.map(({ value }) => value);
    width.parentElement.hidden = !image.own || !isFigure(field.value, image);
  }

  // At the end of the screen; the image stays above them.
  function place() {
    const { left, width: room } = field.getBoundingClientRect();
    Object.assign(group.style, { left: `${left}px`, width: `${room}px` });
    group.hidden = false;
    const [{ bottom }] = findRects(field, image.end, image.end);
    scrollBy({ top: Math.max(0, bottom + 8 - group.getBoundingClientRect().top), behavior: "instant" });
    status.textContent = status.dataset.hint;
  }

  // A long text is measured in a pause, and who only passes an image is not stopped.
  function show() {
    if (group.contains(document.activeElement)) {
      return;
    }

    const found = document.activeElement === field ? findImage(field) : undefined;
    closed = found?.start === closed ? closed : undefined;
    const isSame = found?.start === image?.start;

    if (isSame && found?.text === image?.text) {
      return;
    }

    image = found;
    clearTimeout(timer);
    if (!isSame) {
      group.hidden = true;
      status.textContent = "";
    }
    if (image) {
      fill();
      timer = closed === undefined && setTimeout(place, isSame ? PAUSE : SOON);
    }
  }

  function change(changed, values) {
    const text = writeImage(changed, values);
    const start = findMoved(field, changed);
    const end = start + changed.text.length;

    if (start >= 0 && text !== changed.text) {
      undisturbed(field, start, end, () => replace(field, start, end, text));
    }
    if (start >= 0 && !group.hidden) {
      const [match] = text.matchAll(IMAGE);
      image = { ...readImage(match), start, end: start + text.length, value: field.value };
      fill();
      place();
    }
  }

  // What is typed, and what it is about.
  const read = () => {
    const typed = names.map((name, number) => [name, asLine(controls[number].value)]);
    return [shown, typed.filter((_, number) => controls[number].value !== filled[number])];
  };
  const write = ([changed, typed]) =>
    changed && typed.length && change(changed, Object.fromEntries(typed));

  group.addEventListener("change", () => {
    const typed = read();
    // By then, the focus is where it goes next.
    setTimeout(() => write(typed));
  });
  for (const type of ["input", "compositionend"]) {
    group.addEventListener(type, () => {
      clearTimeout(later);
      later = !isComposed && setTimeout(() => write(read()), LATER);
    });
  }
  // The text is saved or left, maybe before that.
  field.form.addEventListener("submit", () => write(read()), true);
  addEventListener("pagehide", () => write(read()));
  document.addEventListener("visibilitychange", () => document.hidden && write(read()), true);

  group.addEventListener("keydown", (event) => {
    const isEnter = event.key === "Enter" && event.target !== width && !nameKey(event);

    if (nameKey(event) === "Ctrl+S") {
      write(read());
    } else if ((isEnter || event.key === "Escape") && !isComposing(event)) {
      event.preventDefault();
      event.stopPropagation();
      field.focus({ preventScroll: true });
    }
  });
  // They may be over text.
  field.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && image && !isComposing(event)) {
      closed = image.start;
      group.hidden = true;
      clearTimeout(timer);
    }
  });
  for (const type of ["input", "focus", "blur"]) {
    field.addEventListener(type, () => setTimeout(show));
  }
  group.addEventListener("focusout", () => setTimeout(show));
  followSelection(show);
  addEventListener("resize", () => group.hidden || place());
  field.after(group, status);
}

const figureTools = document.querySelector("#figure-tools")?.content;
if (figureTools) {
  editors.forEach((form) => {
    const field = form.querySelector("textarea[data-toolbar]");
    field && addFigureTools(field, figureTools);
  });
}
