// Who looks at the page has seen what is on it: not a tab in the background, nor a page
// that a browser loads before somebody opens it.
const form = document.getElementById("see-all");

async function see() {
  if (!form || document.visibilityState !== "visible") {
    return;
  }
  removeEventListener("visibilitychange", see, true);
  try {
    const body = new URLSearchParams(new FormData(form));
    await fetch(form.action, { method: "POST", body, redirect: "manual" });
  } catch {
    // The button is still there.
  }
}

addEventListener("visibilitychange", see, true);
see();
