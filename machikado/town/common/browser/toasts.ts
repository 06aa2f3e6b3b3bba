/** Toasts leave by themselves after a while, never while someone points at them or has the focus in them. */

const READING_MS = 8000;

function letGo(toast: HTMLElement): void {
  let timer = 0;
  const wait = (): void => {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => {
      if (toast.matches(":hover, :focus-within")) wait();
      else toast.remove();
    }, READING_MS);
  };
  toast.addEventListener("pointerleave", wait);
  toast.addEventListener("focusout", wait);
  wait();
}

export function watchToasts(): void {
  const place = document.getElementById("toasts");
  if (!place) return;
  for (const toast of place.querySelectorAll<HTMLElement>("[data-toast]")) letGo(toast);
  new MutationObserver((changes) => {
    for (const change of changes) {
      for (const node of change.addedNodes) if (node instanceof HTMLElement && node.matches("[data-toast]")) letGo(node);
    }
  }).observe(place, { childList: true });
  place.addEventListener("click", (event) => {
    if (event.target instanceof Element && event.target.closest("[data-dismiss]")) {
      event.target.closest("[data-toast]")?.remove();
    }
  });
}
