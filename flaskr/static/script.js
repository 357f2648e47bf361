// What makes writing nicer, and liking. Everything here is an extra: each part is
// active only where its elements are, and every page works without it.

const LANGUAGE = document.documentElement.lang;
const MAC = /Mac|iP(hone|ad)/.test(navigator.platform);
// Milliseconds without a key before something follows what was typed.
const PAUSE = 400;

const editors = [...document.querySelectorAll("form.editor")];
const extras = document.querySelector("#extras")?.content;

// While an input method composes, as for Chinese, the keys are its own. Safari tells
// of the last one only by its old code.
const isComposing = (event) => event.isComposing || event.keyCode === 229;

// Markdown: what each button does to a field

// Undone in one step; the browser's undo knows nothing of changes to .value.
function replace(field, start, end, text) {
  field.focus();
  field.setSelectionRange(start, end);

  if (field.value.slice(start, end) === text) {
    return;
  }
  if (!document.execCommand(text ? "insertText" : "delete", false, text)) {
    field.setRangeText(text, start, end, "end");
    field.dispatchEvent(new InputEvent("input", { bubbles: true }));
  }
}

// What is selected, without the spaces around it, or else the word at the cursor.
function selectedText({ value, selectionStart, selectionEnd }) {
  const text = value.slice(selectionStart, selectionEnd);
  let start = selectionStart + text.length - text.trimStart().length;

  if (text.trim()) {
    return [start, start + text.trim().length];
  }

  start = value.slice(0, selectionStart).lastIndexOf("\n") + 1;
  const [line] = value.slice(start).split("\n", 1);
  // Chinese has no spaces between words. An old browser finds no word at all.
  const segmenter =
    Intl.Segmenter && new Intl.Segmenter(LANGUAGE, { granularity: "word" });

  for (const word of segmenter?.segment(line) ?? []) {
    const [from, to] = [start + word.index, start + word.index + word.segment.length];

    if (word.isWordLike && from <= selectionStart && selectionEnd <= to) {
      return [from, to];
    }
  }
  return [selectionEnd, selectionEnd];
}

function selectedLines({ value, selectionStart, selectionEnd }) {
  const start = value.slice(0, selectionStart).lastIndexOf("\n") + 1;
  const end = value.indexOf("\n", Math.max(selectionStart, selectionEnd - 1));
  return [start, end < 0 ? value.length : end];
}

function toggleMark(field, mark) {
  const { value, selectionStart, selectionEnd } = field;
  const [atEnd, atStart] = mark === "`" ? [/`*$/, /^`*/] : [/\**$/, /^\**/];
  const marks = (left, right) =>
    Math.min(left.match(atEnd)[0].length, right.match(atStart)[0].length);
  let [start, end] = selectedText(field);

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
  const fenced = text.match(/^(`{3,}).*\n([^]*)\n\1$/)?.[2];
  const longest = Math.max(2, ...(text.match(/`+/g) ?? []).map((run) => run.length));
  const fence = "`".repeat(longest + 1);
  const fresh = fenced ?? `${fence}\n${text}\n${fence}`;
  replace(field, start, end, fresh);
  field.setSelectionRange(start, start + fresh.length);
}

function link(field, pasted) {
  const [start, end] = selectedText(field);
  const text = field.value.slice(start, end);
  const isAddress = /^https?:\/\/\S+$/.test(text);
  const label = isAddress ? "" : text;
  let address = pasted ?? (isAddress ? text : "https://");
  address = /[()]/.test(address) ? `<${address}>` : address;

  replace(field, start, end, `[${label}](${address})`);
  if (!label) {
    field.setSelectionRange(start + 1, start + 1);
  } else if (!pasted) {
    const from = start + label.length + 3;
    field.setSelectionRange(from, from + address.length);
  }
}

function list(field) {
  const { value, selectionStart, selectionEnd } = field;
  const [start, end] = selectedLines(field);
  const rows = value.slice(start, end).split("\n");
  const isItem = (row) => /^\s*- /.test(row);
  const isBlank = (row) => !row.trim() && rows.length > 1;
  const isOn = rows.every((row) => isItem(row) || isBlank(row));
  const toggled = (row) =>
    isOn ? row.replace("- ", "") : isItem(row) ? row : row.replace(/^\s*/, "$&- ");
  const fresh = rows.map((row) => (isBlank(row) ? row : toggled(row))).join("\n");

  replace(field, start, end, fresh);
  if (selectionStart === selectionEnd) {
    const cursor = Math.max(start, selectionEnd + fresh.length - (end - start));
    field.setSelectionRange(cursor, cursor);
  } else {
    field.setSelectionRange(start, start + fresh.length);
  }
}

// Enter goes on with a list, and ends it on an empty item; anywhere else, it is false.
function continueList(field) {
  const { value, selectionStart, selectionEnd } = field;
  const before = value.slice(0, selectionStart);
  const start = before.lastIndexOf("\n") + 1;
  const pattern = /^(\s*)(?:([-*+])|(\d{1,8})([.)]))( +(?:\[[ xX]\] +)?)(.*)$/;
  const item = before.slice(start).match(pattern);
  const isCode = before.match(/^ {0,3}(```|~~~)/gm)?.length % 2;

  if (!item || isCode || selectionStart !== selectionEnd) {
    return false;
  }

  const [, indent, bullet, number, dot, space, text] = item;
  const next = (bullet ?? Number(number) + 1 + dot) + space.replace(/[xX]/, " ");

  if (text.trim() || /^.*\S/.test(value.slice(selectionEnd))) {
    replace(field, selectionStart, selectionEnd, `\n${indent}${next}`);
  } else {
    replace(field, start, selectionEnd, "");
  }
  return true;
}

// A paragraph of its own, but within a line.
function insertParagraph(field, position, text) {
  const before = field.value.slice(0, position);
  const after = field.value.slice(position);
  const isWithin = /.$/.test(before) && /^./.test(after);
  const gap = ([breaks]) => (isWithin ? "" : "\n\n".slice(breaks.length));
  replace(
    field,
    position,
    position,
    (before && gap(before.match(/\n{0,2}$/))) + text + gap(after.match(/^\n{0,2}/)),
  );
}

const ACTIONS = {
  bold: (field) => toggleMark(field, "**"),
  italic: (field) => toggleMark(field, "*"),
  link: (field) => link(field),
  list,
  code,
  image: ({ form }) => {
    form.querySelector("details.image").open = true;
    form.querySelector("[name=image]").click();
  },
};

// The toolbar, and the keys people know

function addToolbar(field) {
  const bar = extras.querySelector("[role=toolbar]").cloneNode(true);
  const keys = {};

  if (!field.form.querySelector("details.image")) {
    bar.querySelector("[data-action=image]").remove();
  }

  const buttons = [...bar.querySelectorAll("button")];
  for (const button of buttons) {
    const { action, key } = button.dataset;
    button.tabIndex = button === buttons[0] ? 0 : -1;
    button.title = button.getAttribute("aria-label");
    button.addEventListener("click", () => ACTIONS[action](field));

    if (key) {
      keys[key] = action;
      button.title += MAC ? ` (⌘${key})` : ` (Ctrl+${key})`;
      button.setAttribute("aria-keyshortcuts", `${MAC ? "Meta" : "Control"}+${key}`);
    }
  }

  // The text keeps the focus, and a phone its keyboard.
  bar.addEventListener("mousedown", (event) => event.preventDefault());
  bar.addEventListener("focusin", ({ target }) => {
    buttons.forEach((button) => (button.tabIndex = button === target ? 0 : -1));
  });
  bar.addEventListener("keydown", (event) => {
    const here = buttons.indexOf(event.target);
    const to = { ArrowRight: here + 1, ArrowLeft: here - 1, Home: 0, End: -1 }[event.key];

    if (to !== undefined) {
      event.preventDefault();
      buttons.at(to % buttons.length).focus();
    }
  });

  field.addEventListener("keydown", (event) => {
    const isShortcut = MAC ? event.metaKey : event.ctrlKey;
    const isEnter = event.key === "Enter";
    const action = isShortcut && keys[event.key?.toUpperCase()];

    if (isComposing(event) || event.altKey || event.shiftKey) {
      return;
    }
    if (action) {
      ACTIONS[action](field);
    } else if (isShortcut && isEnter) {
      field.form.requestSubmit([...field.form].find(({ type }) => type === "submit"));
    } else if (isShortcut || !isEnter || !continueList(field)) {
      return;
    }
    event.preventDefault();
  });

  // An address pasted onto words makes them a link.
  field.addEventListener("paste", (event) => {
    const address = event.clipboardData.getData("text/plain").trim();
    const text = field.value.slice(field.selectionStart, field.selectionEnd).trim();

    if (/^https?:\/\/\S+$/.test(address) && /^(?!https?:)[^[\]\n]+$/.test(text)) {
      event.preventDefault();
      link(field, address);
    }
  });

  const place = field.form.querySelector(".tools");
  place ? place.replaceWith(bar) : field.before(bar);
  document.querySelectorAll(".bar").forEach((above) => keepBelow(bar, above));
}

// Under the bar of the page, however many lines that fills.
function keepBelow(toolbar, above) {
  const place = () => {
    const isSticky = getComputedStyle(above).position === "sticky";
    toolbar.style.insetBlockStart = `${isSticky ? above.offsetHeight : 0}px`;
  };
  new ResizeObserver(place).observe(above);
}

// How much room is left, once there is little. It waits for a pause, so that a screen
// reader does not say it with each key.

function addCount(field) {
  const { most, unit } = field.dataset;
  const note = extras.querySelector(".count").cloneNode();
  let timer;

  function show() {
    const size =
      unit === "bytes"
        ? new TextEncoder().encode(field.value).length
        : [...field.value.trim()].length;
    const isOver = size > most;
    // In tenths of a kilobyte, never better than it is.
    const left = unit === "bytes" ? Math.floor((most - size) / 100) / 10 : most - size;
    const number = new Intl.NumberFormat(LANGUAGE).format(Math.abs(left));
    const sentence = note.dataset[unit + (isOver ? "Over" : "Left")];

    note.textContent = size < 0.9 * most ? "" : sentence.replace("{number}", number);
    note.classList.toggle("over", isOver);
    field.setAttribute("aria-invalid", isOver);
  }

  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(show, PAUSE);
  });
  addEventListener("pageshow", show);

  note.id = `${field.id}-count`;
  const described = `${field.getAttribute("aria-describedby") ?? ""} ${note.id}`;
  field.setAttribute("aria-describedby", described.trim());
  field.after(note);
}

// Images: sent at once, and their Markdown put where the cursor is

async function send(address, body, tries = 5) {
  const response = await fetch(address, { method: "POST", headers: { Accept: "application/json" }, body });
  const seconds = response.headers.get("Retry-After");

  // Another image is just being read.
  if (response.status === 503 && seconds && tries > 1) {
    await new Promise((resolve) => setTimeout(resolve, 1000 * seconds));
    return send(address, body, tries - 1);
  }
  return response;
}

function addImages(block) {
  const field = block.closest("form").querySelector("textarea[data-toolbar]");
  const [file, alt, button] = block.querySelectorAll("[name=image], [name=alt], button");
  const [status, problem] = ["status", "alert"].map((role) => {
    const note = document.createElement("p");
    note.setAttribute("role", role);
    block.append(note);
    return note;
  });
  const waiting = [];
  let hasCursor = false;

  // One after the other, each for its text.
  function ask() {
    if (!file.files.length && waiting.length) {
      const transfer = new DataTransfer();
      transfer.items.add(waiting.shift());
      file.files = transfer.files;
    }
    block.open = file.files.length > 0;
    (block.open ? alt : field).focus();
  }

  async function upload() {
    const data = new FormData();
    data.set("image", file.files[0]);
    data.set("alt", alt.value);
    button.disabled = true;
    status.textContent = block.dataset.sending;
    problem.textContent = "";

    try {
      const response = await send(block.dataset.upload, data);
      const { markdown, error } = await response.json();

      if (markdown) {
        file.value = alt.value = "";
        const cursor = hasCursor ? field.selectionEnd : field.value.length;
        insertParagraph(field, cursor, markdown);
        ask();
      }
      problem.textContent = error ?? "";
    } catch {
      // Offline, or an answer that is not for scripts.
      problem.textContent = block.dataset.failed;
    }
    button.disabled = false;
    status.textContent = "";
  }

  function choose(event) {
    event.preventDefault();

    if (!file.files.length) {
      file.click();
    } else if (!button.disabled) {
      upload();
    }
  }

  function take(event, { files }) {
    event.preventDefault();
    waiting.push(...files);
    ask();
  }

  button.type = "button";
  button.addEventListener("click", choose);
  file.addEventListener("change", () => alt.focus());
  alt.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !isComposing(event)) {
      choose(event);
    }
  });
  field.addEventListener("focus", () => (hasCursor = true), { once: true });
  field.addEventListener("paste", (event) => {
    const data = event.clipboardData;
    const types = Array.from(data.files, ({ type }) => type);
    const isImage = types.length && types.every((type) => type.startsWith("image/"));
    // Word and Excel add a picture to a text; some systems, the name to a picture.
    const text = data.getData("text/plain");

    if (isImage && (!text || text === data.files[0].name)) {
      take(event, data);
    }
  });
  for (const type of ["dragover", "dragleave", "drop"]) {
    field.addEventListener(type, (event) => {
      const isFile = event.dataTransfer.types.includes("Files");
      field.classList.toggle("drop", isFile && type === "dragover");

      // Or else the browser opens the file in place of the page.
      if (isFile && type === "drop") {
        take(event, event.dataTransfer);
      } else if (isFile) {
        event.preventDefault();
      }
    });
  }
}

// A preview that follows what is typed

function addPreview(form, preview) {
  let timer;
  let request;

  async function show() {
    const data = new FormData(form);
    data.delete("image");
    data.delete("alt");
    data.set("preview", "1");

    clearTimeout(timer);
    request?.abort();
    request = new AbortController();

    try {
      // Not the page's own address: a browser would forget the page, for Back.
      const response = await fetch(form.action, {
        method: "POST",
        body: new URLSearchParams(data),
        redirect: "manual",
        signal: request.signal,
      });
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      const fresh = page.querySelector("#preview");

      // An answer that is no preview, as after the login has ended, changes nothing.
      if (response.ok && fresh) {
        preview.replaceChildren(...fresh.childNodes);
        preview.hidden = !data.get("title").trim() && !data.get("body").trim();
      }
    } catch {
      // Overtaken, or offline: the text stays, and so does the last preview.
    }
  }

  form.addEventListener("input", ({ target }) => {
    if (!target.closest(".image")) {
      clearTimeout(timer);
      timer = setTimeout(show, PAUSE);
    }
  });
  form.elements.preview.addEventListener("click", (event) => {
    event.preventDefault();
    show().then(() => preview.scrollIntoView({ block: "nearest" }));
  });
  // Beside the text, it is there from the start.
  const isBeside = matchMedia("(min-width: 68.75rem)").matches;
  if (preview.hidden && isBeside && form.elements.body.value) {
    show();
  }
}

// The title is one paragraph, however many lines it fills: Enter leads on to the text.

function addTitle(title) {
  title.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.ctrlKey && !event.metaKey && !isComposing(event)) {
      event.preventDefault();
      title.form.elements.body.focus();
    }
  });
}

// Words, and characters where there are no spaces between words

const CHARACTER = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/gu;
const WORD = /[\p{L}\p{M}\p{N}]+(?:['’.-][\p{L}\p{M}\p{N}]+)*/gu;

function addWords(note) {
  const field = editors[0].elements.body;
  let timer;

  function show() {
    const [characters, words] = [
      field.value.match(CHARACTER),
      field.value.replace(CHARACTER, " ").match(WORD),
    ].map((found) => found?.length ?? 0);
    const number = characters + words;
    const form = new Intl.PluralRules(LANGUAGE).select(number);
    const sentence = note.dataset[form] ?? note.dataset.other;
    const digits = new Intl.NumberFormat(LANGUAGE).format(number);
    note.textContent = number ? sentence.replace("{number}", digits) : "";
  }

  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(show, PAUSE);
  });
  addEventListener("pageshow", show);
}

// A field is as high as its text, in browsers that don't do so by themselves.

function grow(field) {
  function fit() {
    const top = scrollY;
    field.style.height = 0;
    field.style.height = `${field.scrollHeight + field.offsetHeight - field.clientHeight}px`;
    scrollTo(scrollX, top);
  }

  field.addEventListener("input", fit);
  addEventListener("pageshow", fit);
  addEventListener("resize", fit);
}

// A datalist completes the whole field; here, the last tag in it.

function addSuggestions(field) {
  const options = [...field.list.options];
  const names = options.map((option) => option.value);

  field.addEventListener("input", () => {
    // As typed, with a space or without, or else the browser would not suggest it.
    const before = field.value.match(/^(.*[,，、])?\s*/)[0];
    const taken = before.split(/[,，、]/).map((tag) => tag.trim().toLowerCase());

    options.forEach((option, index) => {
      option.value = before + names[index];
      option.disabled = taken.includes(names[index].toLowerCase());
    });
  });
}

// Leaving: a text that the server does not have is not left behind unasked.

const sent = new Set();

function isUnsaved(form) {
  const isChanged = ({ value, defaultValue }) =>
    defaultValue !== undefined && value !== defaultValue;
  return !sent.has(form) && ("unsaved" in form.dataset || [...form].some(isChanged));
}

function warn(event) {
  if (editors.some(isUnsaved)) {
    event.preventDefault();
  }
}

// A page that always listens is not kept for the Back button by every browser.
function watch() {
  const change = editors.some(isUnsaved) ? addEventListener : removeEventListener;
  change("beforeunload", warn);
}

addEventListener("input", watch);
addEventListener("pageshow", () => {
  sent.clear();
  watch();
});

// Sending: once, however often the button is pressed, and a like without a new page.

async function like(form) {
  try {
    const body = new URLSearchParams(new FormData(form));
    const response = await fetch(form.action, { method: "POST", body });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const fresh = page.querySelector("#like");

    if (!response.ok || !fresh) {
      throw new Error(response.status);
    }
    document.querySelector("#like").replaceWith(fresh);
    fresh.querySelector("button").focus({ preventScroll: true });
  } catch {
    // Offline, or logged out meanwhile: the browser shows what came of it.
    form.submit();
  }
}

addEventListener("submit", (event) => {
  const form = event.target;

  if (sent.has(form)) {
    event.preventDefault();
    return;
  }

  sent.add(form);
  // By then, the browser was told to stop, or there was nothing to go to.
  setTimeout(() => sent.delete(form), 10_000);

  if (form.matches(".like")) {
    event.preventDefault();
    like(form);
  }
});

document.querySelectorAll("[data-toolbar]").forEach(addToolbar);
document.querySelectorAll("[data-most]").forEach(addCount);
document.querySelectorAll("details.image").forEach(addImages);
document.querySelectorAll("textarea.title").forEach(addTitle);
document.querySelectorAll("#words").forEach(addWords);
if (!CSS.supports("field-sizing", "content")) {
  document.querySelectorAll("textarea").forEach(grow);
}
document.querySelectorAll("input[list]").forEach(addSuggestions);
document.querySelectorAll("#preview").forEach((preview) => addPreview(editors[0], preview));
