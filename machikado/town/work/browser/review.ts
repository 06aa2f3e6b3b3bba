/** The page of one task under review: the source can be moved and turned; typing another value chooses it. */

import { Viewer } from "./viewer";

const figure = document.querySelector<HTMLElement>("[data-viewer]");
if (figure) new Viewer(figure);

for (const box of document.querySelectorAll<HTMLInputElement>(".own > .input")) {
  const radio = box.parentElement?.querySelector<HTMLInputElement>("input[type=radio]");
  box.addEventListener("input", () => {
    if (radio) radio.checked = true;
  });
}
