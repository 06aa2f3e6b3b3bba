/** Talks with the town: tells what was pressed, asks for the sheet, and says on the screen how that goes. */

import { post } from "../../common/browser/post";
import type { TownClock } from "./clock";
import type { Press } from "./queue";

const LONGEST_MS = 8_000;

interface Done {
  readonly key: string;
  readonly refusal: string;
}

export interface Confirmed {
  readonly keys: string[];
  readonly html: string;
}

function isDone(found: unknown): found is Done[] {
  return Array.isArray(found) && found.every((each: unknown) => typeof each === "object" && each !== null && "key" in each && "refusal" in each);
}

export class Talk {
  private mark = "";

  constructor(
    private readonly form: HTMLFormElement,
    private readonly clock: TownClock,
  ) {
    document.querySelector("#refused button")?.addEventListener("click", () => this.refuse([]));
  }

  /** Tell all presses. Null where nobody of the town answered; then they wait on. */
  async tell(presses: Press[]): Promise<Confirmed | null> {
    const answer = await post(this.form.action, new URLSearchParams({ presses: JSON.stringify(presses) }).toString());
    const reply = (answer?.reply ?? {}) as { done?: unknown; html?: unknown; clocks?: unknown };
    this.online(answer !== null);
    this.askToSignIn(answer?.status);
    if (answer?.status !== 200 || !isDone(reply.done) || typeof reply.html !== "string") return null;
    if (typeof reply.clocks === "string") this.clock.hear(reply.clocks);
    const refusals = reply.done.map(({ refusal }) => refusal).filter((refusal) => refusal !== "");
    if (refusals.length) this.refuse(refusals);
    return { keys: reply.done.map(({ key }) => key), html: reply.html };
  }

  /** Ask for the sheet. Null where it is the same as before, or nobody answered. */
  async ask(): Promise<string | null> {
    try {
      const headers = { Accept: "application/json", "If-None-Match": this.mark, "X-Requested-With": "fetch" };
      const answer = await fetch(this.form.dataset["sheet"] ?? "", { headers, cache: "no-store", redirect: "error", signal: AbortSignal.timeout(LONGEST_MS) });
      this.online(true);
      this.clock.hear(answer.headers.get("X-Clocks"));
      this.askToSignIn(answer.status);
      if (answer.status !== 200) return null;
      this.mark = answer.headers.get("ETag") ?? "";
      return await answer.text();
    } catch {
      this.online(false);
      return null;
    }
  }

  private askToSignIn(status: number | undefined): void {
    if (status === 401) this.refuse([this.form.dataset["signedOut"] ?? ""]);
  }

  private online(isOnline: boolean): void {
    const chip = document.querySelector<HTMLElement>("#online");
    const words = chip?.querySelector<HTMLElement>("[data-online]");
    if (!chip || !words) return;
    chip.classList.toggle("good", isOnline);
    const text = words.dataset[isOnline ? "online" : "offline"] ?? "";
    if (words.textContent !== text) words.textContent = text;
  }

  /** How many wait to be sent. */
  count(waiting: number): void {
    const chip = document.querySelector<HTMLElement>("#waiting");
    const words = chip?.querySelector<HTMLElement>("[data-words]");
    if (!chip || !words) return;
    words.textContent = (words.dataset["words"] ?? "").replace("COUNT", String(waiting));
    chip.hidden = waiting === 0;
  }

  private refuse(sentences: string[]): void {
    const banner = document.querySelector<HTMLElement>("#refused");
    const words = banner?.querySelector<HTMLElement>("p");
    if (!banner || !words) return;
    words.textContent = [...new Set(sentences)].join(" ");
    banner.hidden = sentences.length === 0;
  }

  /** A note has no place on the sheet: its button says that it was taken. */
  say({ on, what }: Press): void {
    for (const button of document.querySelectorAll<HTMLButtonElement>(`[value="note|${on}||${what ?? ""}"]`)) button.disabled = true;
  }
}
