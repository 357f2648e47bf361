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
// What it composes is lost when a script changes the text around it, or the focus.
let isComposed = false;
document.addEventListener("compositionstart", () => (isComposed = true), true);
document.addEventListener("compositionend", () => (isComposed = false), true);

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

document.querySelectorAll("textarea.title").forEach(addTitle);
if (!CSS.supports("field-sizing", "content")) {
  document.querySelectorAll("textarea").forEach(grow);
}
document.querySelectorAll("input[list]").forEach(addSuggestions);
