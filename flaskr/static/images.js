// Images: sent at once, and their Markdown put where the cursor is.

async function send(address, body, tries = 5) {
  const response = await fetch(address, { method: "POST", headers: { Accept: "application/json" }, body });
  const seconds = response.headers.get("Retry-After");

  // Another image is just being read.
  if (response.status === 503 && seconds && tries > 1) {
    await new Promise((resolve) => setTimeout(resolve, 1000 * seconds));
    return send(address, body, tries - 1);
  }
  return response;
}

function addImages(block) {
  const field = block.closest("form").querySelector("textarea[data-toolbar]");
  const [file, alt, button] = block.querySelectorAll("[name=image], [name=alt], button");
  const [status, problem] = ["status", "alert"].map((role) => {
    const note = document.createElement("p");
    note.setAttribute("role", role);
    block.append(note);
    return note;
  });
  const waiting = [];
  let hasCursor = false;

  // One after the other, each for its text.
  function ask() {
    if (!file.files.length && waiting.length) {
      const transfer = new DataTransfer();
      transfer.items.add(waiting.shift());
      file.files = transfer.files;
    }
    block.open = file.files.length > 0;
    (block.open ? alt : field).focus();
  }

  async function upload() {
    const data = new FormData();
    data.set("image", file.files[0]);
    data.set("alt", alt.value);
    button.disabled = true;
    status.textContent = block.dataset.sending;
    problem.textContent = "";

    try {
      const response = await send(block.dataset.upload, data);
      const { markdown, error } = await response.json();

      if (markdown) {
        file.value = alt.value = "";
        const cursor = hasCursor ? field.selectionEnd : field.value.length;
        insertParagraph(field, cursor, markdown);
        ask();
      }
      problem.textContent = error ?? "";
    } catch {
      // Offline, or an answer that is not for scripts.
      problem.textContent = block.dataset.failed;
    }
    button.disabled = false;
    status.textContent = "";
  }

  function choose(event) {
    event.preventDefault();

    if (!file.files.length) {
      file.click();
    } else if (!button.disabled) {
      upload();
    }
  }

  function take(event, { files }) {
    event.preventDefault();
    waiting.push(...files);
    ask();
  }

  button.type = "button";
  button.addEventListener("click", choose);
  file.addEventListener("change", () => alt.focus());
  alt.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !isComposing(event)) {
      choose(event);
    }
  });
  field.addEventListener("focus", () => (hasCursor = true), { once: true });
  field.addEventListener("paste", (event) => {
    const data = event.clipboardData;
    const types = Array.from(data.files, ({ type }) => type);
    const isImage = types.length && types.every((type) => type.startsWith("image/"));
    // Word and Excel add a picture to a text; some systems, the name to a picture.
    const text = data.getData("text/plain");

    if (isImage && (!text || text === data.files[0].name)) {
      take(event, data);
    }
  });
  for (const type of ["dragover", "dragleave", "drop"]) {
    field.addEventListener(type, (event) => {
      const isFile = event.dataTransfer.types.includes("Files");
      field.classList.toggle("drop", isFile && type === "dragover");

      // Or else the browser opens the file in place of the page.
      if (isFile && type === "drop") {
        take(event, event.dataTransfer);
      } else if (isFile) {
        event.preventDefault();
      }
    });
  }
}

document.querySelectorAll("details.image").forEach(addImages);
