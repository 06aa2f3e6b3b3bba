/** A page that looks again by itself: it waits while somebody reads a table of it, and says its age when it gets old. */

const OLD_MS = 60_000;
const LOOK_MS = 10_000;

function isInUse(region: HTMLElement): boolean {
  return region.contains(document.activeElement) || region.querySelector("details[open]") !== null;
}

for (const region of document.querySelectorAll<HTMLElement>("[data-live]")) {
  let seen = Date.now();
  region.addEventListener("htmx:beforeRequest", (event) => {
    if (isInUse(region)) event.preventDefault();
  });
  region.addEventListener("htmx:afterSwap", () => {
    seen = Date.now();
  });
  window.setInterval(() => {
    const minutes = Math.floor((Date.now() - seen) / OLD_MS);
    const place = region.querySelector<HTMLElement>("[data-age]");
    if (!place) return;
    place.hidden = minutes < 1;
    if (minutes >= 1) place.textContent = (region.dataset["old"] ?? "").replace("MINUTES", String(minutes));
  }, LOOK_MS);
}
