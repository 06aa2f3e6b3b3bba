/** A form is sent once: its button says that it is working until the page is shown again. */

const SENT = "data-sent";
const WAITING = "data-waiting";

function showBusy(button: HTMLElement): void {
  button.setAttribute("aria-busy", "true");
  button.setAttribute(WAITING, "");
  const spin = document.createElement("span");
  spin.className = "spin";
  spin.setAttribute("aria-hidden", "true");
  button.prepend(spin);
  const label = button.querySelector<HTMLElement>(".label");
  if (label && button.dataset["busy"]) {
    label.dataset["before"] = label.textContent ?? "";
    label.textContent = button.dataset["busy"];
  }
}

function showReady(button: HTMLElement): void {
  button.removeAttribute("aria-busy");
  button.removeAttribute(WAITING);
  button.querySelector(".spin")?.remove();
  const label = button.querySelector<HTMLElement>(".label");
  if (label?.dataset["before"] !== undefined) {
    label.textContent = label.dataset["before"];
    delete label.dataset["before"];
  }
}

/** Forms that htmx, the preferences or a page's own script send are left alone. */
function isOurs(form: HTMLFormElement): boolean {
  return form.method === "post" && !form.matches("[hx-post], [data-hx-post], [data-preference], [data-again]");
}

function onSubmit(event: SubmitEvent): void {
  const form = event.target as HTMLFormElement;
  if (event.defaultPrevented || !isOurs(form)) return;
  if (form.hasAttribute(SENT)) {
    event.preventDefault();
    return;
  }
  form.setAttribute(SENT, "");
  const button = event.submitter;
  if (button instanceof HTMLElement && button.matches(".button")) showBusy(button);
}

export function watchBusyForms(): void {
  document.addEventListener("submit", onSubmit);
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll(`form[${SENT}]`)) form.removeAttribute(SENT);
    for (const button of document.querySelectorAll<HTMLElement>(`[${WAITING}]`)) showReady(button);
  });
}
