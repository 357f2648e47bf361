// What makes writing nicer. All scripts for it are extras: each part is active only
// where its elements are, and every page works without it.

const MAC = /Mac|iP(hone|ad)/.test(navigator.platform);
// Milliseconds without a key before something follows what was typed.
const PAUSE = 400;

const editors = [...document.querySelectorAll("form.editor")];
const extras = document.querySelector("#extras")?.content;

// While an input method composes, as for Chinese, the keys are its own. Safari tells
// of the last one only by its old code.
const isComposing = (event) => event.isComposing || event.keyCode === 229;

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

// A preview that follows what is typed

function addPreview(form, preview) {
  let timer;
  let request;

  async function show() {
    const data = new FormData(form);
    data.delete("image");
    data.delete("alt");
    data.set("preview", "1");
    const texts = ["title", "body", "comment"].map((name) => data.get(name) ?? "");

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
        preview.hidden = !texts.some((text) => text.trim());
      }
    } catch {
      // Overtaken, or offline: the text stays, and so does the last preview.
    }
  }

  form.addEventListener("input", ({ target }) => {
    // That of a comment has to be asked for.
    if (!target.closest(".image") && (form.elements.body || !preview.hidden)) {
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
  if (preview.hidden && isBeside && form.elements.body?.value) {
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

document.querySelectorAll("[data-toolbar]").forEach(addToolbar);
document.querySelectorAll("[data-most]").forEach(addCount);
document.querySelectorAll("textarea.title").forEach(addTitle);
document.querySelectorAll("#words").forEach(addWords);
if (!CSS.supports("field-sizing", "content")) {
  document.querySelectorAll("textarea").forEach(grow);
}
document.querySelectorAll("input[list]").forEach(addSuggestions);
document.querySelectorAll("#preview").forEach((preview) => addPreview(editors[0], preview));
