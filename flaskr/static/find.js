// Find and replace in a text: plain words, in a bar of its own. What is found is marked
// over the text, whose own selection browsers show only where the keys go.

// What is compared: as long as the text itself.
const fold = (text, isExact) => (isExact ? text : text.replaceAll("İ", "I").toLowerCase());

class Find {
  // Where each begins.
  matches = [];
  current = -1;

  constructor(field) {
    this.field = field;
    this.bar = extras.querySelector(".find").cloneNode(true);
    const part = (name) => this.bar.querySelector(`[data-find=${name}]`);
    [this.query, this.by, this.isExact] = ["query", "by", "case"].map(part);
    this.note = this.bar.querySelector("[role=status]");
    this.mark = document.createElement("div");
    this.mark.className = "found";
    field.form.after(this.bar, this.mark);
    this.bar.hidden = true;

    const actions = {
      previous: () => this.step(-1),
      next: () => this.step(1),
      one: () => this.replaceOne(),
      all: () => this.replaceAll(),
      close: () => this.close(),
    };
    for (const [name, act] of Object.entries(actions)) {
      part(name).addEventListener("click", act);
    }
    this.query.addEventListener("input", () => this.soon());
    this.isExact.addEventListener("change", () => this.search());
    field.addEventListener("input", () => this.isOpen && this.soon(true));
    addEventListener("resize", () => this.isOpen && this.show());
    this.bar.addEventListener("keydown", (event) => this.press(event));
    field.addEventListener("keydown", (event) => this.isOpen && this.press(event));
  }

  get isOpen() {
    return !this.bar.hidden;
  }

  open() {
    const { value, selectionStart, selectionEnd } = this.field;
    const selected = value.slice(selectionStart, selectionEnd);
    this.bar.hidden = false;
    this.from = selectionStart;

    if (selected && !selected.includes("\n")) {
      this.query.value = selected;
    }
    this.query.focus();
    this.query.select();
    this.search();
  }

  close() {
    const at = this.matches[this.current];
    this.bar.hidden = true;
    this.mark.replaceChildren();
    clearTimeout(this.timer);

    if (at === undefined) {
      this.field.focus();
    } else {
      reveal(this.field, at, at + this.query.value.length);
    }
  }

  press(event) {
    const { key, shiftKey, target } = event;
    const isEnter = key === "Enter" && (target === this.query || target === this.by);
    const isNamed = nameKey(event) === findKey(extras.querySelector("[data-action=find]").dataset);

    if (isComposing(event)) {
      return;
    } else if (key === "Escape") {
      this.close();
    } else if (isEnter && target === this.by && !shiftKey) {
      this.replaceOne();
    } else if (isEnter || key === "F3") {
      this.step(shiftKey ? -1 : 1);
    } else if (isNamed && target !== this.field) {
      this.query.select();
    } else {
      return;
    }
    event.preventDefault();
  }

  // Whoever goes on writing is not led away.
  soon(isWriting) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => isComposed || this.search(isWriting), PAUSE);
  }

  // All there is, and the first one from where the cursor was.
  search(isWriting) {
    clearTimeout(this.timer);
    this.timer = undefined;
    const text = fold(this.field.value, this.isExact.checked);
    const query = fold(this.query.value, this.isExact.checked);
    this.matches = [];

    for (let at = query ? text.indexOf(query) : -1; at >= 0; at = text.indexOf(query, at + query.length)) {
      this.matches.push(at);
    }
    const next = this.matches.findIndex((at) => at >= this.from);
    this.current = next < 0 && this.matches.length ? 0 : next;
    this.show(isWriting);
  }

  step(by) {
    if (this.timer) {
      this.search();
    } else if (this.matches.length) {
      this.current = (this.current + by + this.matches.length) % this.matches.length;
      this.show();
    }
  }

  show(isWriting) {
    const { count, none } = this.bar.dataset;
    const at = this.matches[this.current];
    const found = count
      .replace("{number}", formatNumber(this.current + 1))
      .replace("{total}", formatNumber(this.matches.length));
    const sentence = this.matches.length ? found : this.query.value && none;
    this.mark.replaceChildren();
    // Said once for each.
    if (this.note.textContent !== sentence) {
      this.note.textContent = sentence;
    }

    if (at !== undefined) {
      this.from = at;
      this.draw(at, at + this.query.value.length, isWriting);
    }
  }

  draw(start, end, isWriting) {
    views?.choose("text");
    const rects = findRects(this.field, start, end);
    const [{ top }] = rects;
    const above = this.bar.getBoundingClientRect().bottom;
    const before = scrollY;
    if (!isWriting && (top < above || top > innerHeight * 0.8)) {
      scrollBy({ top: top - Math.max(innerHeight * EYE, above + 8), behavior: "instant" });
    }

    const origin = this.mark.getBoundingClientRect();
    for (const rect of rects) {
      const box = document.createElement("div");
      box.style.insetBlockStart = `${rect.top - (scrollY - before) - origin.top}px`;
      box.style.insetInlineStart = `${rect.left - origin.left}px`;
      box.style.inlineSize = `${rect.width}px`;
      box.style.blockSize = `${rect.height}px`;
      this.mark.append(box);
    }
  }

  // Changed in the text, while the keys still go to the bar.
  replace(start, end, text) {
    const { activeElement } = document;
    replace(this.field, start, end, text);
    activeElement?.focus({ preventScroll: true });
  }

  replaceOne() {
    if (this.timer) {
      this.search();
      return;
    }
    const at = this.matches[this.current];

    if (at !== undefined) {
      this.replace(at, at + this.query.value.length, this.by.value);
      this.from = at + this.by.value.length;
      this.search();
    }
  }

  // In one step.
  replaceAll() {
    this.search();
    const { matches, query, by, field } = this;
    const { length } = query.value;
    const total = matches.length;

    if (total) {
      const end = matches.at(-1) + length;
      const parts = matches.map((at, index) => {
        return by.value + field.value.slice(at + length, matches[index + 1] ?? end);
      });
      this.replace(matches[0], end, parts.join(""));
      this.search();
      const number = formatNumber(total);
      this.note.textContent = this.bar.dataset.replaced.replace("{total}", number);
    }
  }
}

const finds = new Map();

function openFind(field) {
  if (!finds.has(field)) {
    finds.set(field, new Find(field));
  }
  finds.get(field).open();
}
