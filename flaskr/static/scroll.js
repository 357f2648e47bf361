// Code and tables that are wider than the page are stops of the Tab key, and no others
// are: as they are when somebody comes there.

function mark() {
  for (const element of document.querySelectorAll(".body pre, .wide")) {
    if (element.scrollWidth <= element.clientWidth) {
      element.removeAttribute("tabindex");
    } else if (element.tabIndex !== 0) {
      element.tabIndex = 0;
    }
  }
}

addEventListener("load", mark);
addEventListener("resize", mark);
addEventListener("keydown", (event) => event.key === "Tab" && mark(), true);
