/** The fields of a task one after another: the present one is lit, on a phone it stands alone, Enter leads on, F2 says 読めない. */

import type { Snippet } from "./viewer";

const PHONE = window.matchMedia("(max-width: 59.99rem)");

export interface Words {
  readonly next: string;
  readonly submit: string;
  readonly of: string;
}

type Look = (snippet: Snippet | null) => void;

export class Items {
  private readonly items: HTMLElement[];
  private readonly segments: HTMLElement[];
  private now = 0;

  constructor(
    private readonly form: HTMLFormElement,
    private readonly words: Words,
    private readonly look: Look,
  ) {
    this.items = [...form.querySelectorAll<HTMLElement>("[data-item]")];
    this.segments = [...document.querySelectorAll<HTMLElement>("#segments > li")];
    document.documentElement.classList.add("one-by-one");
    document.getElementById("bar")?.removeAttribute("hidden");
    for (const [place, item] of this.items.entries()) {
      item.addEventListener("focusin", () => this.light(place));
      item.addEventListener("change", () => this.dim(item));
      this.dim(item);
    }
    form.addEventListener("keydown", (event) => this.onKey(event));
    document.getElementById("previous")?.addEventListener("click", () => this.step(-1));
    document.getElementById("next")?.addEventListener("click", () => this.step(1));
    PHONE.addEventListener("change", () => this.light(this.now));
    const first = this.items.findIndex((item) => item.querySelector("[aria-invalid=true]"));
    this.light(first >= 0 ? first : Math.max(0, this.firstOpen()));
  }

  /** The fields that may not stay as they are, each with its sentence. */
  faults(): Map<HTMLElement, string> {
    const found = new Map<HTMLElement, string>();
    for (const item of this.items) {
      const sentence = fault(item);
      if (sentence) found.set(item, sentence);
    }
    return found;
  }

  /** Write sentences to the fields, drop the others, and go to the first; true if there is any. */
  show(faults: Map<HTMLElement, string>): boolean {
    for (const item of this.items) tell(item, faults.get(item) ?? "");
    const first = this.items.findIndex((item) => faults.has(item));
    if (first < 0) return false;
    this.go(first);
    return true;
  }

  /** The item of a field by the name of the schema. */
  named(name: string): HTMLElement | undefined {
    return this.items.find((item) => item.dataset["item"] === name);
  }

  /** Put the focus where work goes on. */
  begin(): void {
    this.go(this.now);
  }

  private go(place: number): void {
    this.light(place);
    const item = this.items[place];
    const box = item?.querySelector<HTMLElement>("input:checked:not([type=checkbox])") ?? item?.querySelector<HTMLElement>("[data-answer]");
    box?.focus({ preventScroll: PHONE.matches });
    if (PHONE.matches) showWithSnippet(box);
    if (box instanceof HTMLInputElement && box.type === "text") box.select();
  }

  private step(by: 1 | -1): void {
    const item = this.items[this.now];
    if (by > 0 && item) {
      const sentence = fault(item);
      tell(item, sentence);
      if (sentence) return this.go(this.now);
    }
    const place = this.now + by;
    if (place >= this.items.length) this.form.requestSubmit();
    else if (place >= 0) this.go(place);
  }

  private onKey(event: KeyboardEvent): void {
    if (event.isComposing || !(event.target instanceof HTMLElement)) return;
    const item = event.target.closest<HTMLElement>("[data-item]");
    if (!item) return;
    if (event.key === "F2") {
      event.preventDefault();
      item.querySelector<HTMLInputElement>("[data-unreadable]")?.click();
    } else if (event.key === "Enter" && !(event.target instanceof HTMLTextAreaElement && !event.ctrlKey)) {
      event.preventDefault();
      this.now = this.items.indexOf(item);
      this.step(1);
    }
  }

  /** Make this the present item: the lamp, the segment, the picture, the words of the bar. */
  private light(place: number): void {
    this.now = place;
    const item = this.items[place];
    for (const other of this.items) other.classList.toggle("now", other === item);
    for (const [at, segment] of this.segments.entries()) {
      segment.className = at === place ? "now" : this.isFilled(at) ? "done" : "";
    }
    const figure = document.getElementById("item-number");
    if (figure) figure.textContent = this.words.of.replace("0", String(place + 1));
    document.getElementById("previous")?.toggleAttribute("disabled", place === 0);
    const label = document.querySelector("#next .label");
    if (label) label.textContent = place === this.items.length - 1 ? this.words.submit : this.words.next;
    this.look(snippetOf(item));
  }

  private dim(item: HTMLElement): void {
    item.classList.toggle("unreadable", isUnreadable(item));
    if (isUnreadable(item)) tell(item, "");
  }

  private isFilled(place: number): boolean {
    const item = this.items[place];
    return item !== undefined && (isUnreadable(item) || valueOf(item) !== "");
  }

  private firstOpen(): number {
    return this.items.findIndex((_item, place) => !this.isFilled(place));
  }
}

/** On a phone the part of the picture stands above its field: begin at the top, and go down only as far as the field needs. */
function showWithSnippet(box: HTMLElement | null | undefined): void {
  window.scrollTo({ top: 0 });
  box?.scrollIntoView({ block: "nearest" });
}

function isUnreadable(item: HTMLElement): boolean {
  return item.querySelector<HTMLInputElement>("[data-unreadable]")?.checked ?? false;
}

function valueOf(item: HTMLElement): string {
  const chosen = item.querySelector<HTMLInputElement>("input[type=radio]:checked");
  const box = item.querySelector<HTMLInputElement | HTMLTextAreaElement>("[data-answer]:not([type=radio])");
  return (chosen ?? box)?.value.trim() ?? "";
}

/** What the browser can see for itself; everything else is said by the server when the answer is handed in. */
function fault(item: HTMLElement): string {
  if (isUnreadable(item)) return "";
  const box = item.querySelector<HTMLInputElement | HTMLTextAreaElement>("[data-answer]");
  const required = item.dataset["required"] !== undefined;
  if (valueOf(item) === "") return required ? (item.dataset["missing"] ?? "") : "";
  const { patternMismatch = false, tooShort = false } = box?.validity ?? {};
  return patternMismatch || tooShort ? (item.dataset["wrong"] ?? "") : "";
}

/** Show a sentence at a field, or take it away. */
function tell(item: HTMLElement, sentence: string): void {
  const place = item.querySelector<HTMLElement>(".error");
  const words = place?.querySelector("span");
  if (!place || !words) return;
  place.hidden = sentence === "";
  words.textContent = sentence;
  for (const box of item.querySelectorAll("[data-answer]")) {
    if (sentence) box.setAttribute("aria-invalid", "true");
    else box.removeAttribute("aria-invalid");
  }
}

function snippetOf(item: HTMLElement | undefined): Snippet | null {
  const numbers = (item?.dataset["snippet"] ?? "").split(" ").map(Number);
  const [x, y, width, height] = numbers;
  if (!width || !height || x === undefined || y === undefined) return null;
  return { x, y, width, height };
}
