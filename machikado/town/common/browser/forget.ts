/** Signing out takes from this machine what pages had kept on it for this account: it is sent first, and what is left is asked about. */

import { forgetAll } from "./offline/own";
import { fullPockets } from "./pocket";
import { handIn } from "./unsent";

const DIALOG = "signing-out";
const KEPT_PAGES = "machikado-drive"; // the tablet's page with its passengers (drive/browser/keeping.ts)

function leave(form: HTMLFormElement): void {
  for (const pocket of fullPockets(form.dataset["account"] ?? "")) pocket.clear();
  form.submit();
}

/** Say how much would be lost; only the button that says so goes on. */
function ask(form: HTMLFormElement, dialog: HTMLDialogElement, count: number): void {
  const words = dialog.querySelector<HTMLElement>("[data-words]");
  if (words) words.textContent = (words.dataset["words"] ?? "").replace("COUNT", String(count));
  const button = dialog.querySelector<HTMLElement>("[data-forgets]");
  if (button) button.onclick = () => leave(form);
  dialog.showModal();
}

async function signOut(form: HTMLFormElement, account: string): Promise<void> {
  await handIn(account);
  const count = fullPockets(account).length;
  const dialog = document.getElementById(DIALOG);
  if (count && dialog instanceof HTMLDialogElement) ask(form, dialog, count);
  else leave(form);
}

async function once(form: HTMLFormElement, button: HTMLElement | null): Promise<void> {
  if (button?.hasAttribute("aria-busy")) return;
  button?.setAttribute("aria-busy", "true");
  await signOut(form, form.dataset["account"] ?? "");
  button?.removeAttribute("aria-busy");
}

/** To be called before the buttons are watched: a form that is held back here is not on its way. */
export function watchSignOut(): void {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || !form.matches("[data-sign-out]")) return;
    if ("caches" in window) void caches.delete(KEPT_PAGES);
    void forgetAll();
    if (!fullPockets(form.dataset["account"] ?? "").length) return;
    event.preventDefault();
    void once(form, form.querySelector("button"));
  });
}
