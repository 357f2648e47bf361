// What is counted while somebody writes: after a pause, so that a long text does not hold
// the keys up, and a screen reader does not say it with each of them.

function countLater(field, show) {
  let timer;
  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(show, PAUSE);
  });
  addEventListener("pageshow", show);
}

// How much room is left, once there is little

function addCount(field) {
  const { most, unit } = field.dataset;
  const note = extras.querySelector(".count").cloneNode();

  function show() {
    const size =
      unit === "bytes"
        ? new TextEncoder().encode(field.value).length
        : [...field.value.trim()].length;
    const isOver = size > most;
    // In tenths of a kilobyte, never better than it is.
    const left = unit === "bytes" ? Math.floor((most - size) / 100) / 10 : most - size;
    const number = formatNumber(Math.abs(left));
    const sentence = note.dataset[unit + (isOver ? "Over" : "Left")];

    note.textContent = size < 0.9 * most ? "" : sentence.replace("{number}", number);
    note.classList.toggle("over", isOver);
    field.setAttribute("aria-invalid", isOver);
  }

  countLater(field, show);

  note.id = `${field.id}-count`;
  field.setAttribute("aria-describedby", `${field.getAttribute("aria-describedby") ?? ""} ${note.id}`);
  field.after(note);
}

// Words, and characters where there are no spaces between words

const CHARACTER = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/gu;
const WORD = /[\p{L}\p{M}\p{N}]+(?:['’.-][\p{L}\p{M}\p{N}]+)*/gu;
// Addresses, and the numbers of footnotes and items.
const NO_WORDS = /\]\([^\s)]*|\[\^\w+\]|^[\s>]*\d+[.)] /g;

const countWords = (text) =>
  (text.match(CHARACTER)?.length ?? 0) +
  (text.replace(CHARACTER, " ").match(WORD)?.length ?? 0);

function addWords(note) {
  const field = editors[0].elements.body;
  // Of each paragraph: most stay as they are.
  let counts = new Map();

  function show() {
    const fresh = new Map();
    let number = 0;

    for (const paragraph of field.value.split("\n")) {
      const words = counts.get(paragraph) ?? fresh.get(paragraph) ?? countWords(paragraph.replace(NO_WORDS, ""));
      fresh.set(paragraph, words);
      number += words;
    }
    counts = fresh;

    const form = new Intl.PluralRules(LANGUAGE).select(number);
    const sentence = note.dataset[form] ?? note.dataset.other;
    const digits = formatNumber(number);
    note.textContent = number ? sentence.replace("{number}", digits) : "";
  }

  countLater(field, show);
}

document.querySelectorAll("[data-most]").forEach(addCount);
document.querySelectorAll("#words").forEach(addWords);
