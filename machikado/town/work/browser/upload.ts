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
  begin(main);
  main.querySelector<HTMLElement>("[data-focus]")?.focus();
}

/** What a form shows of its sending: a bar, words, a way to stop it; its button rests meanwhile. */
class Progress {
  private readonly place: HTMLElement | null;
  private readonly button: HTMLButtonElement | null;
  readonly stop: HTMLButtonElement | null;

  constructor(private readonly form: HTMLFormElement) {
    this.place = form.querySelector<HTMLElement>("[data-progress]");
    this.stop = form.querySelector<HTMLButtonElement>("[data-stop]");
    this.button = form.querySelector<HTMLButtonElement>('button[type="submit"]');
  }

  begin(): void {
    if (this.place) this.place.hidden = false;
    if (this.button) this.button.disabled = true;
    this.show(0);
  }

  /** What arrived cannot be taken back: at 100 % the way to stop it goes. */
  show(percent: number): void {
    const bar = this.place?.querySelector("progress");
    if (bar) bar.value = percent;
    if (this.stop) this.stop.hidden = percent >= 100;
    this.say(percent < 100 ? (this.form.dataset["sending"] ?? "").replace("PERCENT", String(percent)) : (this.form.dataset["looking"] ?? ""));
  }

  /** It came to nothing: say why, and let it be sent again. */
  end(why: string): void {
    this.say(why);
    if (this.stop) this.stop.hidden = true;
    if (this.button) this.button.disabled = false;
    this.button?.focus();
  }

  private say(text: string): void {
    const words = this.place?.querySelector<HTMLElement>("[data-words]");
    if (words && words.textContent !== text) words.textContent = text;
  }
}

function send(form: HTMLFormElement): void {
  const progress = new Progress(form);
  const fail = (): void => progress.end(form.dataset["failed"] ?? "");
  const request = new XMLHttpRequest();
  request.open("POST", form.action);
  request.upload.addEventListener("progress", (event) => {
    progress.show(event.total ? Math.floor((event.loaded * 100) / event.total) : 0);
  });
  request.addEventListener("load", () => {
    try {
      showAnswer(request);
    } catch {
      fail();
    }
  });
  request.addEventListener("error", fail);
  request.addEventListener("timeout", fail);
  request.addEventListener("abort", () => progress.end(form.dataset["stopped"] ?? ""));
  if (progress.stop) progress.stop.onclick = () => request.abort();
  progress.begin();
  request.send(new FormData(form));
}

function enhance(form: HTMLFormElement): void {
  const input = field(form);
  if (!input) return;
  form.setAttribute("data-again", "");
  takeDrops(form, input);
  input.addEventListener("change", () => showChosen(form, input));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(form);
  });
}

function begin(part: ParentNode): void {
  for (const form of part.querySelectorAll<HTMLFormElement>("form[data-upload]")) enhance(form);
}

begin(document);
