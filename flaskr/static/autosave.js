// Nothing that was typed is lost: what the server does not have yet is kept in this
// browser, and the text of a post goes to the server while somebody writes.

// Milliseconds from the first key that the server does not have until it is sent: with
// the time that takes, three seconds. After failures they double, up to a minute.
const SEND_AFTER = 2500;
const MAX_WAIT = 60_000;
// Milliseconds without an answer.
const MAX_REQUEST = 30_000;
// Bytes that a browser still sends for a page that is gone.
const MAX_KEEPALIVE = 60_000;
// Answers after which trying again is of no use until the text is another one.
const REFUSALS = [400, 403, 404, 413];

const isText = (field) =>
  /^text(area)?$/.test(field.type) && field.name && !field.closest(".image");

// A text that somebody writes: its form, and where what is in it is safe.
class Text {
  failures = 0;
  notBefore = 0;
  // What is kept in this browser, and whether its form was sent before.
  kept = null;
  again = false;
  // Whether what is in the fields may be kept: it was typed, or looked through.
  isReady = false;

  constructor(form) {
    this.form = form;
    this.address = form.dataset.workingCopy;
    this.fields = [...form.elements].filter(isText);
    this.opened = JSON.stringify(this.readTexts("defaultValue"));
    // What need not be kept: the server has it.
    this.safe = "unsaved" in form.dataset ? null : this.opened;
    this.page = { ...this.read(), texts: JSON.parse(this.opened) };
    // What the fields were filled with.
    this.chosen = this.page;
    this.note = addNote(form);
    form.addEventListener("input", () => this.follow());
  }

  get name() {
    return makeTextName(this.form) + this.form.dataset.form;
  }

  get value() {
    return JSON.stringify(this.readTexts("value"));
  }

  readTexts(property) {
    return Object.fromEntries(this.fields.map((field) => [field.name, field[property]]));
  }

  get isAsOpened() {
    return this.value === this.opened;
  }

  get isSafe() {
    return [this.safe, this.kept].includes(this.value);
  }

  // The page is there, with what the browser brought back.
  begin() {
    const copies = findCopies(makeTextName(this.form));
    const own = copies.find(({ name }) => name === this.name);
    const same = copies.find(({ texts }) => isSame(texts, this.readTexts("value")));
    this.again = this.page.again = Boolean(own?.isSent || own?.again);
    const wasTyped = this.isReady;
    this.isReady = true;

    if (own?.isSent && this.safe === null) {
      // The page is the answer to it, and has its text.
      drop(own.name);
    } else if (same && this.value === this.safe) {
      drop(same.name);
    } else if (same) {
      this.chosen = same;
      this.kept = same === own ? this.value : null;
    } else if (this.safe !== null && canStore && !wasTyped) {
      // Brought back of what was sent or saved: a text that was lost has a copy.
      this.safe = this.value;
    }
    restore(this);

    if (this.value !== this.safe) {
      this.keep();
      this.sendSoon(SEND_AFTER);
    }
  }

  // A copy of the text, with what belongs to it: the version that was opened, the form.
  read() {
    const { version, form } = this.form.elements;
    return {
      time: Date.now(),
      texts: this.readTexts("value"),
      version: version?.value,
      form: form.value,
      id: this.form.dataset.form,
      again: this.again,
    };
  }

  // Fill the form in with a copy. If that was sent, the form goes on as the same one:
  // it may have arrived, and must be no second post. Another one may still be open in
  // another tab, and so is continued in the form of this page.
  write(copy) {
    const { version, form, copy: continued } = this.form.elements;
    this.again = Boolean(copy.isSent || copy.again);
    const own = this.again ? copy : this.page;
    this.chosen = copy;
    this.form.dataset.form = own.id;
    form.value = own.form;
    if (version) {
      version.value = copy.version ?? version.value;
    }
    // The working copy that the page has is not replaced with what was never its own.
    if (continued) {
      continued.disabled = copy !== this.page && !this.continues(copy);
    }

    this.fields.forEach((field) => (field.value = copy.texts[field.name] ?? ""));
    if (copy.name === this.name) {
      // It is kept as it is, with the mark that it was sent.
      this.kept = this.value;
    }
    for (const field of this.fields) {
      field.dispatchEvent(new InputEvent("input", { bubbles: true }));
    }
    this.keep();
  }

  // Whether the page has an older text of the form that a copy is of.
  continues({ id }) {
    return Boolean(this.form.elements.copy?.value.startsWith(`${id}.`));
  }

  // Something was typed. A long text is not looked at with each key.
  follow() {
    this.isReady = true;
    this.keepSoon ??= setTimeout(() => this.keep(), PAUSE);
    this.sendSoon(SEND_AFTER);
  }

  // Keep what the server does not have.
  keep() {
    const value = this.value;
    clearTimeout(this.keepSoon);
    this.keepSoon = undefined;

    if (value === this.safe && this.kept !== null) {
      drop(this.name);
      this.kept = null;
    } else if (this.isReady && value !== this.safe && value !== this.kept) {
      this.kept = store(this.name, this.read()) ? value : null;
      sayKept(this);
    }

    // It is a copy of what is kept now.
    if (this.chosen.name && this.chosen.name !== this.name && this.isSafe) {
      drop(this.chosen.name);
    }
    watch();
  }

  sendSoon(milliseconds) {
    if (this.address) {
      const wait = Math.max(milliseconds, this.notBefore - Date.now());
      this.timer ??= setTimeout(() => this.send(), wait);
    }
  }

  // Send nothing, and hear no answer.
  stop() {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.request?.abort();
    this.request = undefined;
  }

  // Send the newest text, if no older one is just being sent.
  async send() {
    const value = this.value;
    clearTimeout(this.timer);
    this.timer = undefined;

    if (this.request || sent.has(this.form) || value === this.safe) {
      return;
    }

    const request = new AbortController();
    this.request = request;
    const limit = setTimeout(() => request.abort(), MAX_REQUEST);
    const answer = await this.post(request.signal);
    clearTimeout(limit);

    // Unless it was given up.
    if (this.request === request) {
      this.request = undefined;
      answer.ok ? this.hearSaved(value, answer) : this.hearRefused(value, answer);
    }
  }

  // The answer: what the server says, its status, 0 for none, and seconds to wait.
  async post(signal) {
    const body = new URLSearchParams(new FormData(this.form));
    ["image", "alt"].forEach((name) => body.delete(name));

    try {
      const response = await fetch(this.address, {
        method: "POST",
        headers: { Accept: "application/json" },
        body,
        redirect: "error",
        keepalive: body.toString().length < MAX_KEEPALIVE,
        signal,
      });
      const { ok, status, headers } = response;
      const seconds = Number(headers.get("Retry-After"));
      // A page in place of an answer is that of something between.
      const answer = await response.json().catch(() => ({ ok: false }));
      return { ok, status, seconds, ...answer };
    } catch {
      return { ok: false, status: 0 };
    }
  }

  hearSaved(value, { saved }) {
    this.safe = value;
    this.failures = this.notBefore = 0;
    this.keep();

    if (this.value !== value) {
      this.sendSoon(SEND_AFTER);
    } else {
      saySaved(this, saved);
    }
  }

  hearRefused(value, { status, error = "", seconds = 0 }) {
    const wait = Math.min(SEND_AFTER * 2 ** this.failures++, MAX_WAIT);
    this.notBefore = Date.now() + Math.max(wait, 1000 * seconds || 0);
    this.problem = { status, error };
    this.keep();
    sayKept(this);

    if (!REFUSALS.includes(status) || this.value !== value) {
      this.sendSoon(0);
    }
  }

  // Try at once what may go well now.
  retry() {
    if (this.failures && this.problem.status !== 429) {
      this.notBefore = 0;
      this.send();
    }
  }

  // Leave nothing here of what is discarded, once the server has it.
  async giveUp() {
    this.stop();
    if (this.value === this.safe || (await this.post(AbortSignal.timeout(MAX_REQUEST))).ok) {
      this.safe = this.value;
      this.keep();
    }
  }

  // Back leads to the page as it was left. What was sent from it waits for a change.
  comeBack() {
    this.stop();
    if (!this.again) {
      this.sendSoon(SEND_AFTER);
    }
  }

  // The form is sent: what is kept goes once that has arrived.
  submit(button) {
    this.stop();
    this.keep();

    if (!/^(preview|upload)$/.test(button?.name)) {
      this.again = true;
      if (this.kept) {
        store(this.name, { ...this.read(), isSent: true });
      }
    }
    // If the page is still there by then, it was in vain.
    this.sendSoon(11_000);
  }
}

const texts = editors.map((form) => new Text(form));
