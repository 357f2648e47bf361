// What is said of where a text is.

function formatTime(time) {
  const date = new Date(time);
  const isToday = date.toDateString() === new Date().toDateString();
  const day = isToday ? {} : { day: "numeric", month: "short" };
  const options = { ...day, hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  return new Intl.DateTimeFormat(LANGUAGE, options).format(date);
}

// In the bar of the editor, or at the end of a form.
function addNote(form) {
  const note = extras.querySelector(".kept").cloneNode();
  const place = document.querySelector(".bar > .kept");
  place ? place.replaceWith(note) : form.append(note);
  return note;
}

// Not aloud each time that a text is saved.
function say(note, sentence, isNews = false, ...more) {
  if (sentence !== note.firstChild?.data) {
    note.setAttribute("aria-live", isNews ? "polite" : "off");
    note.setAttribute("role", "status");
    note.replaceChildren(sentence, ...more);
  }
}

function saySaved(text, time) {
  const { note, isAsked } = text;
  text.saved = time;
  text.isAsked = false;
  say(note, time ? note.dataset.done.replace("{time}", formatTime(time)) : "", isAsked);
}

function sayKept({ note, address, failures, problem, kept, value, isAsked }) {
  const { dataset } = note;
  const isKept = kept === value;
  const where = isKept ? dataset.kept : dataset.lost;

  if (!failures) {
    say(note, address ? dataset.saving : where, !isKept || (isAsked && !address));
    return;
  }

  const { status, error } = problem;
  if (status === 0 && !navigator.onLine) {
    say(note, isKept ? dataset.offline : dataset.offlineLost, true);
  } else if (status === 401) {
    const link = extras.querySelector(".kept a").cloneNode(true);
    say(note, `${dataset.loggedOut.replace("{where}", where)} `, true, link);
  } else {
    const sentence = (error ? dataset.refused : dataset.away).replace("{error}", error);
    say(note, sentence.replace("{where}", where), true);
  }
}

// Which text is shown, and buttons for the others.
function showChoices(text, choices, chosen = text.page) {
  const note = extras.querySelector(".choices").cloneNode(true);
  const button = note.querySelector("button");
  const { restored, use, empty } = note.dataset;
  const write = (sentence, { time }) => sentence.replace("{time}", formatTime(time));
  const all = [...new Set([text.page, ...choices])];

  note.replaceChildren(chosen === text.page ? "" : write(restored, chosen));
  for (const choice of all.filter((choice) => choice !== chosen)) {
    const other = button.cloneNode(true);
    if (choice !== text.page) {
      other.textContent = write(use, choice);
    } else if (!Object.values(choice.texts).some((value) => value.trim())) {
      other.textContent = empty;
    }
    other.addEventListener("click", () => {
      choose(text, choice, all);
      text.choices.querySelector("button").focus();
    });
    note.append(" ", other);
  }

  text.choices?.remove();
  text.choices = note;
  (text.form.closest(".sheets") ?? text.form).before(note);
}
