// A preview that follows what is typed, and suggestions for each tag. Everything
// here is an extra: the Preview button works without it.

const form = document.querySelector("form.editor");
const preview = document.querySelector("#preview");

// Milliseconds without a key before the server is asked.
const PAUSE = 400;

let timer;
let request;

async function showPreview() {
  const data = new FormData(form);
  data.set("preview", "1");

  clearTimeout(timer);
  request?.abort();
  request = new AbortController();

  try {
    const response = await fetch(location.href, {
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

form.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(showPreview, PAUSE);
});

form.querySelector("[name=preview]").addEventListener("click", (event) => {
  event.preventDefault();
  showPreview().then(() => preview.scrollIntoView({ block: "nearest" }));
});

// A datalist completes the whole field; here, the last tag in it.
const tags = form.querySelector("#tags");
const options = [...document.querySelectorAll("#suggestions option")];
const names = options.map((option) => option.value);

tags.addEventListener("input", () => {
  // As typed, with a space or without, or else the browser would not suggest it.
  const before = tags.value.match(/^(.*[,，、])?\s*/)[0];
  const taken = before.split(/[,，、]/).map((tag) => tag.trim().toLowerCase());

  options.forEach((option, index) => {
    option.value = before + names[index];
    option.disabled = taken.includes(names[index].toLowerCase());
  });
});
