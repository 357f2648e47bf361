// The toolbar, and the keys people know.

// A key as buttons name it: "Ctrl+Shift+7", where Ctrl is ⌘ on a Mac; or nothing, as for
// what types a character.
function nameKey(event) {
  const isCommand = MAC ? event.metaKey && !event.ctrlKey : event.ctrlKey && !event.metaKey;
  const { key = "", code = "", altKey, shiftKey } = event;

  if (!isCommand || event.getModifierState("AltGraph")) {
    return;
  }
  // With other scripts, the place of a key says which it is.
  const letter = /^[a-z]$/i.test(key) ? key : code.match(/^Key([A-Z])$/)?.[1];
  const digit = code.match(/^(?:Digit|Numpad)(\d)$/)?.[1];
  const isDot = code === "Period" || key === "." || key === ">";
  const name = letter ?? digit ?? (isDot ? "." : key);

  // AltGr is Ctrl and Alt in Windows.
  if (altKey && !MAC && key.toUpperCase() !== name.toUpperCase()) {
    return;
  }
  return `Ctrl+${altKey ? "Alt+" : ""}${shiftKey ? "Shift+" : ""}${name.toUpperCase()}`;
}

const describeKey = (key) =>
  MAC ? key.replace("Ctrl+", "⌘").replace("Alt+", "⌥").replace("Shift+", "⇧") : key;

const findKey = ({ key, mac }) => (MAC && mac) || key;

function addToolbar(field) {
  const bar = extras.querySelector("[role=toolbar]").cloneNode(true);
  const keys = {};

  // Comments have neither headings nor images, and are short.
  if (!field.form.querySelector("details.image")) {
    for (const action of ["heading", "image", "find"]) {
      bar.querySelector(`[data-action=${action}]`).remove();
    }
    bar.querySelectorAll("[role=group]:empty").forEach((group) => group.remove());
  } else {
    [1, 2, 3, 4].forEach((level) => (keys[`Ctrl+Alt+${level}`] = ["heading", level]));
  }

  const buttons = [...bar.querySelectorAll("button")];
  for (const button of buttons) {
    const key = findKey(button.dataset);
    const { action } = button.dataset;
    button.tabIndex = button === buttons[0] ? 0 : -1;
    button.title = button.getAttribute("aria-label");
    button.addEventListener("click", () => ACTIONS[action](field));

    if (key) {
      keys[key] ??= [action];
      button.title += ` (${describeKey(key)})`;
      button.setAttribute("aria-keyshortcuts", key.replace("Ctrl", MAC ? "Meta" : "Control"));
    }
  }

  moveWithArrows(bar, buttons);
  listenToKeys(field, keys);
  showState(field, buttons);
  field.addEventListener("beforeinput", (event) => {
    typeBar(field, event);
    countWith(field, event);
  });

  const hint = extras.querySelector("[data-leave]").cloneNode(true);
  hint.id = `${field.id}-leave`;
  field.setAttribute("aria-describedby", `${field.getAttribute("aria-describedby")} ${hint.id}`);
  field.after(hint);

  const place = field.form.querySelector(".tools");
  place ? place.replaceWith(bar) : field.before(bar);
  document.querySelectorAll(".bar").forEach((above) => keepBelow(bar, above));
}

// One of them is reached by Tab, and the others from there.
function moveWithArrows(bar, buttons) {
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
}

// To those of an image at the cursor, Tab leads from anywhere.
const findFields = ({ form }) => form.querySelector(".figure:not([hidden])");

const send = (form) => form.requestSubmit([...form].find(({ type }) => type === "submit"));

function listenToKeys(field, keys) {
  // Escape, and Tab leads on from anywhere.
  let isLeaving = false;

  field.addEventListener("keydown", (event) => {
    if (isComposing(event)) {
      return;
    }
    const key = nameKey(event);
    const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey;
    const wasLeaving = isLeaving;
    isLeaving = event.key === "Escape" || (isLeaving && event.key === "Shift");
    let isDone = Object.hasOwn(keys, key);

    if (isDone) {
      const [action, ...more] = keys[key];
      ACTIONS[action](field, ...more);
    } else if (key === "Ctrl+ENTER") {
      isDone = true;
      send(field.form);
    } else if (isPlain && event.key === "Enter" && !event.shiftKey) {
      isDone = enterInTable(field) || continueLine(field);
    } else if (isPlain && event.key === "Tab" && !event.shiftKey && !wasLeaving && findFields(field)) {
      isDone = true;
      findFields(field).querySelector("input").focus({ preventScroll: true });
    } else if (isPlain && event.key === "Tab" && !wasLeaving) {
      isDone = moveInTable(field, event.shiftKey) || indent(field, event.shiftKey);
    }
    if (isDone) {
      event.preventDefault();
    }
  });
  field.addEventListener("blur", () => (isLeaving = false));
}

// What is on at the cursor; only its line is looked at.
function showState(field, buttons) {
  const marks = { bold: "**", italic: "*", code: "`" };
  let next;

  function show() {
    const { value, selectionStart: at } = field;
    const start = findLineStart(value, at);
    const line = readLine(value, start);
    const item = readItem(line);

    for (const button of buttons) {
      const { action } = button.dataset;
      const isOn = {
        heading: () => readLevel(line) > 0,
        quote: () => /^ {0,3}>/.test(line),
        bullets: () => isKind(item, "bullet"),
        numbers: () => isKind(item, "number"),
        tasks: () => isKind(item, "task"),
      }[action] ?? (action in marks && (() => findMarked(line, at - start, marks[action])));

      // The same again would still have the browser look at styles.
      if (isOn && button.ariaPressed !== `${!!isOn()}`) {
        button.ariaPressed = !!isOn();
      }
    }
  }

  const soon = () => {
    if (document.activeElement === field) {
      next ??= setTimeout(() => {
        next = undefined;
        show();
      }, 16);
    }
  };
  followSelection(soon);
  field.addEventListener("input", soon);
  show();
}

// Under the bar of the page, however many lines that fills.
function keepBelow(toolbar, above) {
  const place = () => {
    const isSticky = getComputedStyle(above).position === "sticky";
    toolbar.style.setProperty("--above", `${isSticky ? above.offsetHeight : 0}px`);
  };
  new ResizeObserver(place).observe(above);
}

// Saving, and never the page as a file.
addEventListener("keydown", (event) => {
  const own = event.target.closest?.("form.editor");
  const form = own ?? document.querySelector(".desk form.editor");

  if (nameKey(event) === "Ctrl+S" && form) {
    event.preventDefault();
    event.repeat || saveNow(form);
  } else if (nameKey(event) === "Ctrl+ENTER" && own && !event.defaultPrevented) {
    send(own);
  }
});

document.querySelectorAll("[data-toolbar]").forEach(addToolbar);
