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
