/** An upload: files can be dropped, and what is sent is counted. Without this the form is sent as any other. */

const MB = 1024 * 1024;

function field(form: HTMLFormElement): HTMLInputElement | null {
  return form.querySelector<HTMLInputElement>('input[type="file"]');
}

function showChosen(form: HTMLFormElement, input: HTMLInputElement): void {
  const files = [...(input.files ?? [])];
  const place = form.querySelector<HTMLElement>("[data-list]");
  const size = files.reduce((sum, file) => sum + file.size, 0) / MB;
  const words = form.dataset["chosen"] ?? "";
  if (place) place.textContent = files.length ? words.replace("COUNT", String(files.length)).replace("SIZE", size.toFixed(1)) : "";
}

function takeDrops(form: HTMLFormElement, input: HTMLInputElement): void {
  const zone = form.querySelector<HTMLElement>("[data-drop]");
  if (!zone) return;
  zone.querySelector("[data-hint]")?.removeAttribute("hidden");
  zone.addEventListener("dragover", (event) => {
    event.preventDefault();
    zone.classList.add("over");
  });
  zone.addEventListener("dragleave", () => zone.classList.remove("over"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    zone.classList.remove("over");
    if (!event.dataTransfer?.files.length) return;
    input.files = event.dataTransfer.files;
    showChosen(form, input);
  });
}

/** Puts the answer's page in the place of this one; a redirect has been followed already. */
function showAnswer(request: XMLHttpRequest): void {
  if (request.status < 400 && request.responseURL) {
    window.location.assign(request.responseURL);
    return;
  }
  const answer = new DOMParser().parseFromString(request.responseText, "text/html");
  const main = answer.querySelector("main");
  const here = document.querySelector("main");
  if (!main || !here) throw new Error("the answer is no page");
  here.replaceWith(main);
  begin();
  main.querySelector<HTMLElement>("[data-focus]")?.focus();
}

function send(form: HTMLFormElement): void {
  const place = form.querySelector<HTMLElement>("[data-progress]");
  const bar = place?.querySelector("progress");
  const words = place?.querySelector<HTMLElement>("[data-words]");
  const button = form.querySelector<HTMLButtonElement>('button[type="submit"]');
  const say = (text: string): void => {
    if (words) words.textContent = text;
  };
  const fail = (): void => {
    say(form.dataset["failed"] ?? "");
    if (button) button.disabled = false;
  };
  if (place) place.hidden = false;
  if (button) button.disabled = true;
  const request = new XMLHttpRequest();
  request.open("POST", form.action);
  request.upload.addEventListener("progress", (event) => {
    const percent = event.total ? Math.floor((event.loaded * 100) / event.total) : 0;
    if (bar) bar.value = percent;
    say(percent < 100 ? (form.dataset["sending"] ?? "").replace("PERCENT", String(percent)) : (form.dataset["looking"] ?? ""));
  });
  request.addEventListener("load", () => {
    try {
      showAnswer(request);
    } catch {
      fail();
    }
  });
  request.addEventListener("error", fail);
  request.send(new FormData(form));
}

function begin(): void {
  const form = document.querySelector<HTMLFormElement>("form[data-upload]");
  const input = form && field(form);
  if (!form || !input) return;
  form.setAttribute("data-again", "");
  takeDrops(form, input);
  input.addEventListener("change", () => showChosen(form, input));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(form);
  });
}

begin();
