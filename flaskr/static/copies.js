// Copies of texts in this browser: only of what the server does not have yet, for who
// wrote it, until it is sent or a month has passed.

// Milliseconds.
const MAX_AGE = 30 * 86_400_000;
// What was put aside for another text, and not taken back.
const MAX_AGE_ASIDE = 86_400_000;

// Where it is asked whether a form has arrived. It tells this blog from others of a
// host.
const ARRIVED = extras?.querySelector(".kept").dataset.arrived;

// The names of a person's copies, of those of one text (which is where its form is sent
// to), and of that of one form.
const makeName = (...parts) => ["flaskr", ARRIVED, ...parts].join(" ");
const makeTextName = ({ action, dataset }) =>
  makeName(dataset.person, new URL(action).pathname, "");

// A browser may have no storage, or no room left in it.
function store(name, copy) {
  try {
    localStorage.setItem(name, JSON.stringify(copy));
    return true;
  } catch {
    return false;
  }
}

function drop(name) {
  try {
    localStorage.removeItem(name);
  } catch {
    // Then there is nothing.
  }
}

function readCopy(name) {
  try {
    const copy = { ...JSON.parse(localStorage.getItem(name)), name };
    return copy.texts ? [copy] : [];
  } catch {
    return [];
  }
}

const canStore = store(makeName("test"), null);
drop(makeName("test"));

// Those whose names begin so, the newest first.
function findCopies(beginning) {
  let names = [];
  try {
    names = Object.keys(localStorage).filter((name) => name.startsWith(beginning));
  } catch {
    // As above.
  }
  return names.flatMap(readCopy).sort((a, b) => b.time - a.time);
}

function dropOld() {
  for (const { name, time, isAside } of findCopies(makeName(""))) {
    // Also one from the future, of a clock that was wrong.
    if (!(Math.abs(Date.now() - time) < (isAside ? MAX_AGE_ASIDE : MAX_AGE))) {
      drop(name);
    }
  }
}

// A copy is marked when its form is sent, and goes when that has arrived. Only the
// server can say so: the tab may be closed before there is an answer.
async function hasArrived({ form, texts }) {
  try {
    const response = await fetch(ARRIVED, {
      method: "POST",
      body: new URLSearchParams({ ...texts, form }),
      redirect: "error",
      signal: AbortSignal.timeout(10_000),
    });
    return (await response.json()).arrived;
  } catch {
    // Not known. A form that is sent twice is still one post.
    return false;
  }
}

async function dropArrived(person) {
  const sent = findCopies(makeName(person, "")).filter(({ isSent }) => isSent);
  const drops = sent.map(async (copy) => (await hasArrived(copy)) && drop(copy.name));
  await Promise.all(drops);
}

// Whether texts are the same but for spaces that are not saved.
function isSame(one, other) {
  const clean = (text) =>
    /\n/.test(text.trim()) ? text.trim() : text.trim().replace(/\s+/g, " ");
  return Object.entries(other).every(([name, text]) => {
    return clean(text) === clean(String(one[name] ?? ""));
  });
}

// The copies of a text that are not what its form has, nor older copies of the same.
function findOthers(text) {
  const seen = [text.readTexts("value")];
  const isNew = ({ texts }) => !seen.some((other) => isSame(texts, other)) && seen.push(texts);
  return findCopies(makeTextName(text.form)).filter(isNew);
}

// Where what is typed now does not overwrite it.
function rename(copy) {
  drop(copy.name);
  copy.name += `-${copy.time}`;
  store(copy.name, copy);
}

// Show the newest text that there is, say so, and offer the others.
function restore(text) {
  const copies = findOthers(text);
  copies.filter(({ name }) => name === text.name).forEach(rename);
  const { saved, updated } = text.form.dataset;
  const [newest] = copies.filter(({ isAside }) => !isAside);
  // What the server does not have of a form is newer than what it has.
  const isLater = newest && !newest.isSent && text.continues(newest);
  const isNewer = isLater || !(newest?.time < Date.parse(saved ?? updated));
  // Asked for in so many words.
  const query = new URLSearchParams(location.search);
  const isChosen = ["copy", "new", "published"].some((name) => query.has(name));

  if (newest && isNewer && !isChosen && text.isAsOpened) {
    choose(text, newest, copies);
  } else if (copies.length) {
    showChoices(text, copies);
  }
}

// Put another text into the fields; the one that is there is put aside, and offered.
function choose(text, copy, choices) {
  if (text.value !== text.opened) {
    const name = text.chosen.name ?? `${text.name}-aside`;
    Object.assign(text.chosen, text.read(), { name, isAside: true });
    store(name, text.chosen);
  }
  text.write(copy);
  showChoices(text, choices, copy);
}
