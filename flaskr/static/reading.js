// What makes reading nicer. Everything here is an extra: each part is active only where
// its elements are, and every page works without it.

const PAGE_LANGUAGE = document.documentElement.lang;
const word = (id) => document.querySelector(`#${id}`);

// Code and tables that are wider than the page are stops of the Tab key, and no others
// are: as they are when somebody comes there.

function markScrolling() {
  for (const element of document.querySelectorAll(".body pre, .wide")) {
    if (element.scrollWidth <= element.clientWidth) {
      element.removeAttribute("tabindex");
    } else if (element.tabIndex !== 0) {
      element.tabIndex = 0;
    }
  }
}

addEventListener("load", markScrolling);
addEventListener("resize", markScrolling);
addEventListener("keydown", (event) => event.key === "Tab" && markScrolling(), true);

// Times of the last days, as people say them

function sayWhen(element) {
  const then = new Date(element.dateTime);
  const now = new Date();
  const minutes = Math.round((now - then) / 60_000);
  const midnight = (date) => new Date(date).setHours(0, 0, 0, 0);
  const days = Math.round((midnight(now) - midnight(then)) / 86_400_000);
  const format = new Intl.RelativeTimeFormat(PAGE_LANGUAGE, { numeric: "auto" });
  let text;

  if (!(days <= 6) || minutes < -1) {
    return;
  }
  if (minutes < 60) {
    text = minutes < 1 ? format.format(0, "second") : format.format(-minutes, "minute");
  } else if (days < 2) {
    text = days ? format.format(-1, "day") : format.format(-Math.round(minutes / 60), "hour");
  } else {
    text = then.toLocaleDateString(PAGE_LANGUAGE, { weekday: "long" });
  }
  element.textContent = text[0].toLocaleUpperCase(PAGE_LANGUAGE) + text.slice(1);
}

// One by one, when the browser has time: the first one loads what knows of languages.
const whenIdle = window.requestIdleCallback ?? setTimeout;
document
  .querySelectorAll(":is(.post, .comment) > .byline time")
  .forEach((element) => whenIdle(() => sayWhen(element)));

// Copying: code, and the address of the page

async function copy(text, label, words) {
  const before = label.textContent;

  try {
    await navigator.clipboard.writeText(text);
    label.textContent = words.done;
  } catch {
    label.textContent = words.failed;
  }
  setTimeout(() => (label.textContent = before), 2000);
}

for (const block of navigator.clipboard ? document.querySelectorAll(".body > pre") : []) {
  const words = word("copy-label");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy quiet-button";
  button.textContent = words.textContent;
  button.addEventListener("click", () =>
    copy(block.querySelector("code").textContent, button, words.dataset),
  );
  const box = document.createElement("div");
  box.className = "code";
  block.replaceWith(box);
  box.append(block, button);
}

for (const button of navigator.clipboard ? document.querySelectorAll("[data-copy]") : []) {
  button.hidden = false;
  button.addEventListener("click", () =>
    copy(document.getElementById(button.dataset.copy).value, button, word("copy-label").dataset),
  );
}

for (const button of navigator.clipboard ? document.querySelectorAll("[data-copy-link]") : []) {
  button.hidden = false;
  button.addEventListener("click", () =>
    copy(canonical(), button.querySelector("span"), button.dataset),
  );
}

const share = document.querySelector("[data-share]");
if (share && navigator.share) {
  share.hidden = false;
  share.addEventListener("click", () =>
    // Whoever closes the sheet has changed their mind.
    navigator.share({ title: document.title, url: canonical() }).catch(() => {}),
  );
}

function canonical() {
  return document.querySelector("link[rel=canonical]")?.href ?? location.href;
}

// Footnotes, in place

function openNote(event) {
  const link = event.currentTarget;
  const note = document.getElementById(decodeURIComponent(link.hash.slice(1)));

  if (!note || event.ctrlKey || event.metaKey || event.shiftKey) {
    return;
  }
  event.preventDefault();
  document.querySelector(".note")?.remove();

  const box = document.createElement("aside");
  box.className = "body note";
  box.popover = "auto";
  box.setAttribute("aria-label", `${word("note-label").textContent} ${link.textContent}`);
  box.append(...note.cloneNode(true).childNodes);
  box.querySelectorAll(".footnote-backref").forEach((back) => back.remove());
  box.querySelectorAll("[id]").forEach((part) => part.removeAttribute("id"));
  box.addEventListener("toggle", ({ newState }) => {
    if (newState === "closed") {
      box.remove();
    }
  });
  // Next in the order of the Tab key, and below its number on the screen.
  link.parentElement.after(box);
  box.showPopover();
  const { left, bottom, top } = link.getBoundingClientRect();
  const height = box.offsetHeight;
  const end = document.documentElement.clientWidth - box.offsetWidth - 16;
  const below = bottom + 8 + height < innerHeight ? bottom + 8 : top - 8 - height;
  box.style.left = `${Math.max(16, Math.min(left, end))}px`;
  box.style.top = `${Math.max(8, below)}px`;
}

if ("popover" in HTMLElement.prototype) {
  for (const link of document.querySelectorAll(".footnote-ref a")) {
    link.addEventListener("click", openNote);
  }
}

// Contents go along

const entries = new Map();
for (const link of document.querySelectorAll(".contents a")) {
  const heading = document.getElementById(decodeURIComponent(link.hash.slice(1)));
  if (heading) {
    entries.set(heading, link);
  }
}

function followHeading() {
  const passed = [...entries].filter(([heading]) => heading.getBoundingClientRect().top < 160);
  const current = passed.at(-1)?.[1];

  for (const link of entries.values()) {
    if (link === current) {
      link.setAttribute("aria-current", "true");
    } else {
      link.removeAttribute("aria-current");
    }
  }
}

if (entries.size) {
  addEventListener("scroll", followHeading, { passive: true });
  followHeading();
}
