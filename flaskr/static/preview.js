// The preview: what becomes of a text. That of a post follows what is typed, beside the
// text or behind a tab, and in step with the cursor.

// A comment's has to be asked for, and is then that of the page that would answer.
function addCommentPreview(form, preview) {
  let timer;
  let request;

  async function show() {
    const data = new FormData(form);
    data.set("preview", "1");
    clearTimeout(timer);
    request?.abort();
    request = new AbortController();

    try {
      const response = await fetch(form.action, {
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
        preview.hidden = !data.get("comment").trim();
      }
    } catch {
      // Overtaken, or offline: the text stays, and so does the last preview.
    }
  }

  form.addEventListener("input", () => {
    if (!preview.hidden) {
      clearTimeout(timer);
      timer = setTimeout(show, PAUSE);
    }
  });
  form.elements.preview.addEventListener("click", (event) => {
    event.preventDefault();
    show().then(() => preview.scrollIntoView({ block: "nearest" }));
  });
}

// Where there is no room beside the text, its checks can wait longer than its preview.
const PAUSE_UNSEEN = 2000;
const BESIDE = matchMedia("(min-width: 68.75rem)");

// A post's: pieces of HTML, each with the line where it begins, of which only those that
// have changed are drawn anew. One request at a time, each with the newest text.
class Preview {
  // { html, line, parts, nodes }, with the lines of items and rows.
  pieces = [];
  isAsking = false;
  isOutdated = false;

  constructor(form, section) {
    this.form = form;
    this.section = section;
    this.pane = section.closest(".pane");
    this.title = section.querySelector(".title");
    this.body = section.querySelector(".body");
    this.body.replaceChildren();
    form.addEventListener("input", ({ target }) => this.follow(target));
    addEventListener("pageshow", () => this.ask());
  }

  get isSeen() {
    return BESIDE.matches || this.pane.parentElement.dataset.view === "preview";
  }

  follow(field) {
    if (field.name === "title") {
      this.showTitle();
    } else if (field.name === "body") {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.ask(), this.isSeen ? PAUSE : PAUSE_UNSEEN);
    }
  }

  showTitle() {
    const { title, body } = this.form.elements;
    this.title.textContent = title.value.trim().replace(/\s+/g, " ");
    this.title.hidden = !this.title.textContent;
    this.section.hidden = this.title.hidden && !body.value.trim();
  }

  async ask() {
    clearTimeout(this.timer);
    const text = this.form.elements.body.value;
    this.showTitle();

    if (this.isAsking) {
      this.isOutdated = true;
    } else if (text !== this.text) {
      this.isAsking = true;
      await this.fetch(text);
      this.isAsking = false;

      if (this.isOutdated) {
        this.isOutdated = false;
        this.timer = setTimeout(() => this.ask(), PAUSE);
      }
    }
  }

  async fetch(text) {
    try {
      const response = await fetch(this.form.dataset.preview, {
        method: "POST",
        headers: { Accept: "application/json" },
        body: new URLSearchParams({ body: text }),
        redirect: "error",
        signal: AbortSignal.timeout(30_000),
      });

      if (response.ok) {
        const answer = await response.json();
        this.text = text;
        this.draw(answer);
        document.dispatchEvent(new CustomEvent("preview", { detail: answer }));
      }
    } catch {
      // Offline, perhaps: the text stays, and so does the last preview.
    }
  }

  // Only what is between the first pieces and the last ones that are as before.
  draw({ blocks, language }) {
    const old = this.pieces;
    const html = blocks.map(([, html]) => html);
    const most = Math.min(old.length, html.length);
    let start = 0;
    let end = 0;

    while (start < most && html[start] === old[start].html) {
      start++;
    }
    while (end < most - start && html.at(-1 - end) === old.at(-1 - end).html) {
      end++;
    }

    const fresh = html.slice(start, html.length - end).map(makePiece);
    const next = old.slice(old.length - end).flatMap(({ nodes }) => nodes)[0];
    const gone = old.splice(start, old.length - start - end, ...fresh);
    gone.forEach(({ nodes }) => nodes.forEach((node) => node.remove()));
    next
      ? next.before(...fresh.flatMap(({ nodes }) => nodes))
      : this.body.append(...fresh.flatMap(({ nodes }) => nodes));
    old.forEach((piece, index) => ([piece.line, , piece.parts] = blocks[index]));
    this.body.lang = language || LANGUAGE;
  }
}

function makePiece(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return { html, nodes: [...template.content.children] };
}

// Of the post that the page has a form for.
let postPreview;
for (const section of document.querySelectorAll("#preview")) {
  const [form] = editors;
  if ("preview" in form.dataset) {
    postPreview = new Preview(form, section);
  } else {
    addCommentPreview(form, section);
  }
}
