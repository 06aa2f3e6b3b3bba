/** Keeps what is typed: on this machine at every stroke, at the centre after two seconds of rest and every five while typing. */

import type { Pocket } from "./local";
import { post } from "./outbox";

const REST_MS = 2000;
const AT_LEAST_MS = 5000;
const AGAIN_MS = 10_000;
const AWAY_MS = 60_000;

export interface KeepingWords {
  readonly saved: string;
  readonly offline: string;
}

export class Keeping {
  private rest = 0;
  private latest = 0;
  private isDirty = false;
  private isStopped = false;
  private touched = Date.now();

  constructor(
    private readonly form: HTMLFormElement,
    private readonly pocket: Pocket,
    private readonly words: KeepingWords,
    private readonly refused: (sentence: string) => void,
  ) {
    form.addEventListener("input", () => this.onInput());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") this.leave();
    });
    window.addEventListener("pagehide", () => this.leave());
    window.addEventListener("online", () => void this.send());
    window.setInterval(() => this.countSecond(), 1000);
  }

  /** Everything that would be sent now. */
  body(): string {
    const fields = new URLSearchParams();
    for (const [name, value] of new FormData(this.form)) if (typeof value === "string") fields.append(name, value);
    return fields.toString();
  }

  /** Take over what this machine kept: it is here only as long as it has not arrived at the centre. */
  restore(): void {
    const mirror = this.pocket.draft();
    if (!mirror) return;
    const kept = new URLSearchParams(mirror.body);
    for (const box of this.form.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>("[data-answer], [data-unreadable]")) {
      const values = kept.getAll(box.name);
      if (box instanceof HTMLInputElement && (box.type === "radio" || box.type === "checkbox")) box.checked = values.includes(box.value);
      else box.value = values[0] ?? "";
    }
    this.onInput();
  }

  /** No more keeping: the answer is on its way. */
  stop(): void {
    this.isStopped = true;
    window.clearTimeout(this.rest);
    window.clearTimeout(this.latest);
  }

  /** Go on keeping: the answer did not get through. */
  resume(): void {
    this.isStopped = false;
  }

  /** Say on the status line that this machine holds what was typed. */
  sayOffline(): void {
    this.say(this.words.offline);
  }

  private onInput(): void {
    this.touched = Date.now();
    this.isDirty = true;
    this.pocket.keepDraft(this.body());
    window.clearTimeout(this.rest);
    this.rest = window.setTimeout(() => void this.send(), REST_MS);
    this.latest ||= window.setTimeout(() => void this.send(), AT_LEAST_MS);
  }

  private async send(): Promise<void> {
    window.clearTimeout(this.rest);
    window.clearTimeout(this.latest);
    this.latest = 0;
    if (!this.isDirty || this.isStopped) return;
    this.isDirty = false;
    try {
      const { status, reply } = await post(this.form.dataset["keep"] ?? "", this.body());
      if (status === 200) this.arrived();
      else if (reply.sentence) this.refused(reply.sentence);
      else this.again();
    } catch {
      this.again();
    }
  }

  private arrived(): void {
    if (!this.isDirty) this.pocket.clear();
    this.say(this.words.saved);
  }

  /** It did not arrive: say so, and try again by itself. */
  private again(): void {
    this.isDirty = true;
    this.sayOffline();
    this.latest ||= window.setTimeout(() => void this.send(), AGAIN_MS);
  }

  /** The page goes away: what is not kept yet is sent with a request that outlives it. */
  private leave(): void {
    if (this.isDirty) void this.send();
  }

  private say(words: string): void {
    const place = document.getElementById("kept");
    if (!place) return;
    const now = new Date();
    place.hidden = false;
    const label = place.querySelector("span");
    if (label) label.textContent = words.replace("TIME", `${now.getHours()}:${String(now.getMinutes()).padStart(2, "0")}`);
    place.classList.toggle("offline", words === this.words.offline);
  }

  /** Seconds at the task, for later estimates only: not while the page is hidden or nobody has touched it for a minute. */
  private countSecond(): void {
    const box = this.form.elements.namedItem("seconds");
    const isAway = document.visibilityState === "hidden" || Date.now() - this.touched > AWAY_MS;
    if (box instanceof HTMLInputElement && !isAway) box.value = String(Number(box.value) + 1);
  }
}
