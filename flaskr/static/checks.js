// What the server says of a text besides its preview: minutes to read, and what to look
// at before it is published.

function addChecks(box) {
  const [summary, list] = box.children;
  const { one, other, line } = summary.dataset;
  const count = new Intl.PluralRules(LANGUAGE);

  function show(checks) {
    const items = checks.map(([number, sentence]) => {
      const item = document.createElement("li");
      const link = Object.assign(document.createElement("a"), {
        href: "#body",
        textContent: line.replace("{number}", number),
      });
      link.dataset.line = number;
      item.append(link, " ", sentence);
      return item;
    });
    const sentence = count.select(items.length) === "one" ? one : other;
    summary.textContent = sentence.replace("{number}", items.length);
    list.replaceChildren(...items);
    box.hidden = !items.length;
  }

  document.addEventListener("preview", ({ detail }) => {
    show(detail.checks);
    document.querySelector("#minutes").textContent = postPreview.text.trim() && detail.minutes;
  });
  list.addEventListener("click", (event) => {
    const { line } = event.target.dataset;
    if (line) {
      const field = postPreview.form.elements.body;
      event.preventDefault();
      box.open = false;
      views.choose("text");
      const start = findOffset(field.value, Number(line));
      reveal(field, start, findLineEnd(field.value, start));
    }
  });
  // As a menu does.
  box.addEventListener("keydown", ({ key }) => {
    if (key === "Escape") {
      box.open = false;
      summary.focus();
    }
  });
  addEventListener("click", ({ target }) => {
    if (!box.contains(target)) {
      box.open = false;
    }
  });
}

document.querySelectorAll("#checks").forEach(addChecks);
