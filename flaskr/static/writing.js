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
    toolbar.style.setProperty("--above", `${isSticky ? above.offsetHeight : 0}px`);
  };
  new ResizeObserver(place).observe(above);
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

// A field is as high as its text, in browsers that don't do so by themselves. A long
// text takes long to lay out: twice only after a pause.

function grow(field) {
  let timer;

  function fit() {
    const missing = field.scrollHeight - field.clientHeight;
    if (missing > 0) {
      field.style.height = `${field.offsetHeight + missing}px`;
    }
  }

  function shrink() {
    const top = scrollY;
    field.style.height = 0;
    fit();
    scrollTo(scrollX, top);
  }

  field.addEventListener("input", () => {
    clearTimeout(timer);
    if (field.value.length < 20_000) {
      shrink();
    } else {
      fit();
      timer = setTimeout(shrink, PAUSE);
    }
  });
  addEventListener("pageshow", shrink);
  addEventListener("resize", shrink);
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
document.querySelectorAll("textarea.title").forEach(addTitle);
if (!CSS.supports("field-sizing", "content")) {
  document.querySelectorAll("textarea").forEach(grow);
}
document.querySelectorAll("input[list]").forEach(addSuggestions);
