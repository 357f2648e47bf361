// An image on its way: a row that says how far it is, asks what it shows, and lets it be
// canceled.

// Milliseconds.
const MAX_UPLOAD = 600_000;
// Times that it is sent while others are being read.
const MAX_TRIES = 5;
// Bytes of a form besides its file.
const FORM_SIZE = 10_000;

let uploadCount = 0;

// Send a form; the answer is its status, what is in it, and seconds to wait.
function sendForm(request, address, body) {
  return new Promise((resolve) => {
    request.open("POST", address);
    request.setRequestHeader("Accept", "application/json");
    request.timeout = MAX_UPLOAD;
    request.onloadend = () => {
      let answer = {};
      try {
        answer = JSON.parse(request.responseText);
      } catch {
        // Offline, or an answer that is not for scripts.
      }
      const seconds = Number(request.getResponseHeader("Retry-After"));
      const isOut = request.responseURL.includes("/auth/login");
      resolve({ ...answer, status: request.status, seconds, isOut });
    };
    request.send(body);
  });
}

// It waits, is sending, is sent, is put into the text, where what it shows may still be
// asked, and is done; or it has failed.
class Upload {
  state = "waiting";
  isAnswered = false;

  constructor(images, file, item) {
    const name = item.querySelector("bdi");
    const [retry, cancel] = item.querySelectorAll("button");
    Object.assign(this, { images, file, item, retry, name: file.name });
    this.alt = item.querySelector("input");
    this.progress = item.querySelector("progress");
    this.progress.value = 0;
    this.progress.setAttribute("aria-label", file.name);
    name.textContent = file.name;
    name.id = `upload-${++uploadCount}`;

    for (const element of [this.alt, retry, cancel]) {
      element.setAttribute("aria-describedby", name.id);
    }
    retry.addEventListener("click", () => this.sendAgain());
    cancel.addEventListener("click", () => images.drop(this));
    // By then, the focus is where it goes next.
    this.alt.addEventListener("blur", () => setTimeout(() => images.answer(this)));
    this.alt.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !isComposing(event)) {
        event.preventDefault();
        images.askNext(this);
      }
    });
  }

  async send(address, tries = MAX_TRIES) {
    const { most, large, out, offline } = this.images.panel.dataset;

    if (this.file.size > most - FORM_SIZE) {
      // In megabytes.
      const write = (bytes) => formatNumber(Math.round(bytes / 100_000) / 10);
      this.fail(large.replace("{size}", write(this.file.size)).replace("{most}", write(most)), false);
      return;
    }

    const body = new FormData();
    this.request = new XMLHttpRequest();
    this.told = asLine(this.alt.value);
    body.set("image", this.file);
    body.set("alt", this.told);
    this.request.upload.onprogress = ({ loaded, total }) => {
      this.progress.value = loaded / total;
    };
    const answer = await sendForm(this.request, address, body);

    // It may have been canceled.
    if (this.state === "sending" && answer.status === 503 && answer.seconds && tries > 1) {
      await new Promise((resolve) => setTimeout(resolve, 1000 * answer.seconds));
      await (this.state === "sending" && this.send(address, tries - 1));
    } else if (this.state === "sending" && answer.markdown) {
      Object.assign(this, answer, { state: "sent" });
      this.progress.value = 1;
    } else if (this.state === "sending") {
      this.fail(answer.error ?? (answer.isOut ? out : answer.status ? undefined : offline));
    }
  }

  fail(error, isToRetry = true) {
    const { problem, failed } = this.images.panel.dataset;
    const sentence = problem.replace("{name}", () => this.name);
    this.state = "failed";
    this.retry.hidden = !isToRetry;
    this.progress.hidden = true;
    this.warning = this.images.warn(sentence.replace("{error}", () => error ?? failed));
  }

  sendAgain() {
    this.state = "waiting";
    this.retry.hidden = true;
    this.progress.hidden = false;
    this.progress.value = 0;
    this.alt.focus({ preventScroll: true });
    this.images.run();
  }

  // For the page of images, too, unless another description is there.
  async tell(alt) {
    const headers = { Accept: "application/json" };
    const body = new URLSearchParams({ alt, version: this.version });
    this.told = alt;
    // The text has it in any case.
    await fetch(this.description, { method: "POST", headers, body }).catch(() => {});
  }
}
