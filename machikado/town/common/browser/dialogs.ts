/** Opens a <dialog> from [data-opens], closes it from [data-closes] or a tap beside it; focus returns to the opener. */

function open(event: Event, opener: HTMLElement): void {
  const dialog = document.getElementById(opener.dataset["opens"] ?? "");
  if (!(dialog instanceof HTMLDialogElement)) return;
  event.preventDefault();
  dialog.showModal();
}

function onClick(event: MouseEvent): void {
  const target = event.target;
  if (!(target instanceof Element)) return;
  const opener = target.closest<HTMLElement>("[data-opens]");
  if (opener) open(event, opener);
  else if (target.closest("[data-closes]")) target.closest("dialog")?.close();
  else if (target instanceof HTMLDialogElement && target.open) target.close();
}

export function watchDialogs(): void {
  document.addEventListener("click", onClick);
}
