// The color of the blog: the field and the picker say the same, and the samples show it
// while somebody chooses. Without this, a button shows it.

const field = document.querySelector("#accent_color");
const picker = document.querySelector("#color_picker");
const samples = document.querySelectorAll(".samples img");
const COLOR = /^#([0-9a-f]{3}|[0-9a-f]{6})$/i;

// Milliseconds for which a color stays as it is before the samples show it.
const PAUSE = 150;

let timer;

function show(color) {
  for (const sample of samples) {
    const address = new URL(sample.src);

    if (address.searchParams.get("color") !== color) {
      address.searchParams.set("color", color);
      sample.src = address;
    }
  }
}

function showSoon(color) {
  clearTimeout(timer);
  timer = setTimeout(show, PAUSE, color);
}

picker?.addEventListener("input", () => {
  field.value = picker.value;
  showSoon(picker.value);
});

field.addEventListener("input", () => {
  const color = field.value.trim();

  if (picker && COLOR.test(color)) {
    picker.value = color.length === 4 ? color.replace(/[0-9a-f]/gi, "$&$&") : color;
    showSoon(color);
  }
});
