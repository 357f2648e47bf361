// Sending: once, however often the button is pressed, and a like without a new page.

const sent = new Set();

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

// With what was typed last, which the undo brings back.
async function discard(form) {
  await Promise.all(texts.map((text) => text.giveUp()));
  form.submit();
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
  } else if (form.matches("[data-discard]")) {
    event.preventDefault();
    discard(form);
  }
  texts.find((text) => text.form === form)?.submit(event.submitter);
});

// At once, and said aloud.
function saveNow(form) {
  const text = texts.find((text) => text.form === form);
  const { saved = form.dataset.saved ?? form.dataset.updated } = text;
  text.isReady = text.isAsked = true;
  text.keep();

  // Said again, if that was said before.
  text.note.replaceChildren();
  if (!text.address) {
    text.isSafe && text.kept === null ? (text.isAsked = false) : sayKept(text);
  } else if (text.value === text.safe) {
    saySaved(text, saved);
  } else {
    sayKept(text);
    text.send();
  }
}

// Leaving: what is neither on the server nor in this browser is not left unasked.

const isChanged = ({ value, defaultValue }) =>
  defaultValue !== undefined && value !== defaultValue;

// What is being typed is, without a long text being compared with each key.
function isAtRisk(text) {
  const { form, fields, keepSoon } = text;
  const others = [...form.elements].filter((field) => !fields.includes(field));
  return !sent.has(form) && (keepSoon || !text.isSafe || others.some(isChanged));
}

function warn(event) {
  texts.forEach((text) => text.keep());
  if (texts.some(isAtRisk)) {
    event.preventDefault();
  }
}

// A page that always listens is not kept for the Back button by every browser.
function watch() {
  const change = texts.some(isAtRisk) ? addEventListener : removeEventListener;
  change("beforeunload", warn);
}

// The page may be gone at once, and is told nothing more.
function hide() {
  for (const text of texts.filter(({ form }) => !sent.has(form))) {
    text.keep();
    if (text.timer) {
      text.send();
    }
  }
}

addEventListener("pagehide", hide);
addEventListener("online", () => texts.forEach((text) => text.retry()));
document.addEventListener("visibilitychange", () => {
  document.hidden ? hide() : texts.forEach((text) => text.retry());
});
addEventListener("input", watch);
addEventListener("pageshow", async ({ persisted }) => {
  sent.clear();
  watch();

  if (persisted) {
    texts.forEach((text) => text.comeBack());
  } else if (texts.length) {
    dropOld();
    await dropArrived(texts[0].form.dataset.person);
    texts.forEach((text) => text.begin());
    watch();
  }
});
