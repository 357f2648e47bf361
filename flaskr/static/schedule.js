// When a post is to be published, in the time zone of who writes it. Without this, it is
// that of the blog.

const due = document.querySelector("#due");
const hint = document.querySelector("#due-hint");
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;

function offset(time) {
  const minutes = -time.getTimezoneOffset();
  const digits = [Math.trunc(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  const [hours, rest] = digits.map((number) => String(number).padStart(2, "0"));
  return `UTC${minutes < 0 ? "−" : "+"}${hours}:${rest}`;
}

function describe() {
  const time = due.value ? new Date(due.value) : new Date();
  const name = isNaN(time) || zone === "UTC" ? zone : `${zone}, ${offset(time)}`;
  hint.textContent = hint.dataset.zone.replace("{zone}", name);
}

if (due && zone) {
  const field = due.form.elements.zone;
  // What a browser brought back with the page was typed, and stays.
  const isTyped = due.value !== due.defaultValue;

  if (due.dataset.due && !isTyped) {
    const time = new Date(due.dataset.due);
    const here = new Date(time - time.getTimezoneOffset() * 60_000);
    due.defaultValue = here.toISOString().slice(0, 16);
  }
  // After a refusal, both are as they were sent.
  if (!due.defaultValue || due.dataset.due) {
    field.value = zone;
  }
  if (field.value === zone) {
    due.addEventListener("input", describe);
    describe();
  }
}
