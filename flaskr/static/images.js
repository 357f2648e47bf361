// Images: uploaded one after the other while somebody goes on writing, and put where they
// were dropped. Nothing stands for them in the text until then, which is saved, published,
// restored and undone at any time and would take that along: their places are followed.

const warnOfUploads = (event) => event.preventDefault();

class Images {
  rows = [];
  number = 0;

  constructor(block, panel, status) {
    this.form = block.closest("form");
    this.field = this.form.querySelector("textarea[data-toolbar]");
    this.address = block.dataset.upload;
    this.panel = panel;
    this.template = panel.querySelector("li");
    this.template.remove();
    this.status = status;
    this.sending = panel.querySelector(".sending");
    this.alert = panel.querySelector("[role=alert]");
    block.querySelector(".plain").remove();
    this.field.after(panel, status);
    this.listen(block, block.querySelector("[type=file]"));
    this.listenToDrops();
  }

  listen(block, file) {
    const { field, form, panel } = this;
    file.multiple = true;
    file.addEventListener("change", () => {
      this.take(file.files);
      file.value = "";
      block.open = false;
    });
    field.addEventListener("focus", () => (this.hasCursor = true), { once: true });
    field.addEventListener("input", () => this.follow());
    form.addEventListener("submit", (event) => this.hold(event));
    panel.querySelector(".finish").addEventListener("click", () => this.close());
    panel.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !isComposing(event)) {
        this.close();
      }
    });
    document.addEventListener("compositionend", () => setTimeout(() => this.putAll()));
  }

  listenToDrops() {
    const { field } = this;
    field.addEventListener("paste", (event) => {
      const { files } = event.clipboardData;
      const text = event.clipboardData.getData("text/plain");
      const isImage = files.length && [...files].every(({ type }) => type.startsWith("image/"));

      // Word and Excel add a picture to a text; some systems, the name to a picture.
      if (isImage && !event.defaultPrevented && (!text || text === files[0].name)) {
        event.preventDefault();
        this.take(files);
      }
    });
    for (const type of ["dragover", "dragleave", "drop"]) {
      field.addEventListener(type, (event) => {
        const isFile = event.dataTransfer.types.includes("Files");
        field.classList.toggle("drop", isFile && type === "dragover");

        // Or else the browser opens the file in place of the page.
        if (isFile) {
          event.preventDefault();
        }
        if (isFile && type === "drop") {
          this.take(event.dataTransfer.files, findDropped(field, event));
        }
      });
    }
  }

  find(...states) {
    return this.rows.filter(({ state }) => states.includes(state));
  }

  take(files, dropped) {
    const { value, selectionEnd } = this.field;
    const place = dropped ?? (this.hasCursor ? selectionEnd : value.length);
    const isWithin = /^[^\n]{2}$/.test(value.slice(Math.max(0, place - 1), place + 1));
    this.follow();

    const rows = Array.from(files, (file) => {
      const row = new Upload(this, file, this.template.cloneNode(true));
      this.panel.querySelector("ul").append(row.item);
      return Object.assign(row, { place, isWithin });
    });
    this.rows.push(...rows);
    this.panel.hidden = !this.rows.length;
    if (rows.length && !this.panel.contains(document.activeElement)) {
      rows[0].alt.focus({ preventScroll: true });
    }
    this.run();
  }

  // Whether it has an answer or not, what the next one shows is asked now.
  askNext(row) {
    const rows = this.rows.slice(this.rows.indexOf(row) + 1);
    const next = rows.find(({ isAnswered, state }) => !isAnswered && state !== "failed");
    row.isAnswered = true;
    (next?.alt ?? this.field).focus({ preventScroll: true });
    this.answer(row);
  }

  // Also while it is being sent.
  drop(row) {
    const hadFocus = row.item.contains(document.activeElement);
    row.state = "done";
    row.warning?.remove();
    row.request?.abort();
    row.item.remove();
    this.rows = this.rows.filter((other) => other !== row);
    this.panel.hidden = !this.rows.length && !this.alert.textContent;

    if (hadFocus) {
      (this.rows[0]?.alt ?? this.field).focus({ preventScroll: true });
    }
    this.say();
  }

  // Nothing is asked any more. What is on its way still comes.
  close() {
    const hadFocus = this.panel.contains(document.activeElement);
    this.alert.textContent = "";
    this.panel.hidden = true;
    if (hadFocus) {
      this.field.focus({ preventScroll: true });
    }
    this.rows.forEach((row) => (row.isAnswered = true));
    this.find("failed").forEach((row) => this.drop(row));
    this.rows.forEach((row) => this.answer(row));
    this.panel.hidden = !this.rows.length;
  }

  async run() {
    if (!this.isRunning) {
      this.isRunning = true;
      this.unsent?.remove();

      for (let row; ([row] = this.find("waiting")), row; ) {
        row.state = "sending";
        row.warning?.remove();
        this.number++;
        this.say();
        await row.send(this.address);
        this.putAll();
      }
      this.isRunning = false;
      this.number = 0;
    }
    this.say();
  }

  warn(sentence) {
    const note = document.createElement("span");
    note.textContent = sentence;
    this.alert.append(note);
    this.panel.hidden = false;
    return note;
  }

  // Follow the text to where each image goes.
  follow() {
    const { value, selectionEnd } = this.field;

    if (this.rows.length && !this.isPutting) {
      const change = findChange(this.value, value, selectionEnd);
      this.rows.forEach((row) => (row.place = movePlace(row.place, change)));
    }
    this.value = value;
  }

  // Put those into the text that are there, but one of which somebody is just saying
  // what it shows.
  putAll(evenThat = false) {
    for (const row of isComposed ? [] : this.find("sent")) {
      if (evenThat || document.activeElement !== row.alt) {
        this.put(row);
      }
    }
    this.say();
  }

  put(row) {
    const { field } = this;
    this.follow();
    const { value, selectionStart } = field;
    const place = findRoom(value, row);
    const isAtCursor = selectionStart === place && place === row.place;
    row.markdown = describeImage(row.markdown, asLine(row.alt.value));
    this.isPutting = true;
    undisturbed(field, place, place, () => insertParagraph(field, place, row.markdown));
    this.isPutting = false;
    const more = field.value.length - value.length;

    if (isAtCursor) {
      field.setSelectionRange(place + more, place + more);
    }
    // Others for the same place stay in their order.
    const index = this.rows.indexOf(row);
    this.rows.forEach((other, number) => {
      const isAfter = number > index ? other.place >= row.place : other.place > place;
      other.place = isAfter ? Math.max(other.place, place) + more : other.place;
    });
    row.place = field.value.indexOf(row.markdown, place);
    row.state = "put";
    this.hasAdded = true;
    this.answer(row);
  }

  // What it shows has been said, or is not asked any more.
  answer(row) {
    const { field } = this;
    const alt = asLine(row.alt.value);

    if (row.state === "sent") {
      this.putAll();
    }
    if (row.state !== "put") {
      return;
    }

    const text = describeImage(row.markdown, alt);
    this.follow();
    const isThere = field.value.startsWith(row.markdown, row.place);
    const start = isThere ? row.place : field.value.indexOf(row.markdown);

    if (text !== row.markdown && start >= 0) {
      const end = start + row.markdown.length;
      undisturbed(field, start, end, () => replace(field, start, end, text));
      row.markdown = text;
    }
    if (alt && alt !== row.told) {
      row.tell(alt);
    }
    if (alt || row.isAnswered) {
      this.drop(row);
    }
  }

  // A text is sent once its images are in it.
  hold(event) {
    this.putAll(true);

    if (this.find("waiting", "sending", "sent").length) {
      event.preventDefault();
      event.stopPropagation();
      this.held = event;
      this.say();
    }
  }

  // All are there, or have failed, which had better be seen first.
  release() {
    const { submitter } = this.held;
    this.held = undefined;

    if (this.find("failed").length) {
      this.unsent = this.warn(this.panel.dataset.unsent);
    } else {
      this.form.requestSubmit(submitter);
    }
  }

  say() {
    const { sending, waiting, added } = this.panel.dataset;
    const [row] = this.find("sending");
    const sentence = (row ? sending : "")
      .replace("{number}", this.number)
      .replace("{total}", this.number + this.find("waiting").length)
      .replace("{name}", () => row.name);
    this.sending.textContent = this.held ? `${sentence} ${waiting}` : sentence;
    this.status.textContent = this.sending.textContent || (this.hasAdded ? added : "");

    const isBusy = this.find("waiting", "sending", "sent").length > 0;
    (isBusy ? addEventListener : removeEventListener)("beforeunload", warnOfUploads);

    if (this.held && !this.find("waiting", "sending").length) {
      this.release();
    }
  }
}

document.querySelectorAll("details.image").forEach((block) => {
  const parts = document.querySelector("#uploads").content.cloneNode(true);
  new Images(block, ...parts.children);
});
