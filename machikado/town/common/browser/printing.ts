/** Shows the buttons [data-prints], which print the page; without script the browser's own menu does it. */

export function watchPrinting(): void {
  for (const button of document.querySelectorAll<HTMLElement>("[data-prints]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
}
