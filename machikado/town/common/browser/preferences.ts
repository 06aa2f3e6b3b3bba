/** Switches letters and screen at once and keeps the choice in the background; without it the form does the same. */

function showLetters(button: HTMLButtonElement): void {
  const big = button.value === "big";
  document.documentElement.toggleAttribute("data-letters", big);
  if (big) document.documentElement.setAttribute("data-letters", "big");
  button.value = big ? "normal" : "big";
  const label = button.querySelector(".label");
  if (label) label.textContent = (big ? button.dataset["normal"] : button.dataset["big"]) ?? "";
}

function showTheme(form: HTMLFormElement, button: HTMLButtonElement): void {
  if (button.value === "auto") document.documentElement.removeAttribute("data-theme");
  else document.documentElement.setAttribute("data-theme", button.value);
  for (const other of form.querySelectorAll<HTMLButtonElement>("[data-switch=theme]")) {
    other.setAttribute("aria-pressed", String(other === button));
  }
}

async function keep(form: HTMLFormElement, fields: FormData): Promise<void> {
  const answer = await fetch(form.action, {
    method: "POST",
    body: fields,
    headers: { "X-Requested-With": "fetch" },
    redirect: "manual",
  });
  if (answer.type !== "opaqueredirect" && !answer.ok) throw new Error(`preferences: ${answer.status}`);
}

function onSubmit(event: SubmitEvent): void {
  const form = event.target;
  const button = event.submitter;
  if (!(form instanceof HTMLFormElement) || !form.matches("[data-preference]")) return;
  if (!(button instanceof HTMLButtonElement)) return;
  event.preventDefault();
  const fields = new FormData(form, button);
  const wanted = button.value;
  if (button.dataset["switch"] === "letters") showLetters(button);
  else showTheme(form, button);
  keep(form, fields).catch(() => {
    // The switch was not kept: send the form itself, so that the person sees what is wrong.
    button.value = wanted;
    form.removeAttribute("data-preference");
    form.requestSubmit(button);
  });
}

export function watchPreferences(): void {
  document.addEventListener("submit", onSubmit);
}
