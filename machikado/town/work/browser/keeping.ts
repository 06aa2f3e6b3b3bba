/** Keeps what is typed: on this machine at every stroke, at the centre after two seconds of rest and every five while typing. */

import { values, type Kept, type Pocket, type Typed } from "../../common/browser/pocket";
import { post, type Answer } from "../../common/browser/post";

const REST_MS = 2000;
const AT_LEAST_MS = 5000;
const AGAIN_MS = 10_000;
const AWAY_MS = 60_000;
const SIGNED_OUT = 401;

export interface KeepingWords {
  readonly saved: string;
  readonly offline: string;
  readonly unsaved: string;
}

type Box = HTMLInputElement | HTMLTextAreaElement;

export class Keeping {
  private rest = 0;
  private latest = 0;
  private isDirty = false;
  private isStopped = false;
  private isOver = false;
  private isSignedOut = false;
  private touched = Date.now();
  /** What the centre holds, as far as this page knows. */
  private base: string;

  constructor(
    private readonly form: HTMLFormElement,
    private readonly pocket: Pocket,
    private readonly words: KeepingWords,
    private readonly tell: (sentence: string) => void,
  ) {
    this.base = values(this.body());
    form.addEventListener("input", () => this.onInput());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") this.leave();
    });
    window.addEventListener("pagehide", () => this.leave());
    window.addEventListener("online", () => void this.send());
    window.setInterval(() => this.countSecond(), 1000);
  }

  /** What stands on the page now, as this machine keeps it. */
  typed(): Typed {
    return { to: this.form.action, body: this.body(), base: this.base };
  }

  /** Take over what this machine kept and the centre did not get. Where the centre got something else since, both stay. */
  restore(): void {
    const kept = this.pocket.kept("draft") ?? this.pocket.kept("waiting");
    if (!kept) return;
    if (values(kept.body) === this.base) this.pocket.drop("draft");
    else if (kept.base === this.base) this.show(kept);
    else this.setAside(kept);
  }

  /** Let another version stand on the page. */
  show(version: Typed): void {
    const given = new URLSearchParams(version.body);
    for (const box of this.form.querySelectorAll<Box>("[data-answer], [data-unreadable]")) {
      const texts = given.getAll(box.name);
      if (box instanceof HTMLInputElement && (box.type === "radio" || box.type === "checkbox")) box.checked = texts.includes(box.value);
      else box.value = texts[0] ?? "";
      for (const kind of ["input", "change"]) box.dispatchEvent(new Event(kind, { bubbles: true }));
    }
  }

  /** No more keeping for the moment: the answer is on its way. */
  stop(): void {
    this.isStopped = true;
    this.quiet();
  }

  /** Go on keeping: the answer did not get through. */
  resume(): void {
    this.isStopped = false;
    void this.send();
  }

  /** No more keeping: the task is done. */
  end(): void {
    this.isOver = true;
    this.stop();
  }

  /** Say on the status line that this machine holds what was typed. */
  sayOffline(): void {
    this.say(this.words.offline);
  }

  private body(): string {
    const fields = new URLSearchParams();
    for (const [name, value] of new FormData(this.form)) if (typeof value === "string") fields.append(name, value);
    fields.delete("csrfmiddlewaretoken");
    return fields.toString();
  }

  private setAside(version: Kept): void {
    if (!this.pocket.keep("other", version)) return;
    this.pocket.drop("draft");
    this.pocket.drop("waiting");
  }

  private onInput(): void {
    if (this.isOver) return;
    this.touched = Date.now();
    this.isDirty = true;
    this.pocket.keep("draft", this.typed());
    window.clearTimeout(this.rest);
    this.rest = window.setTimeout(() => void this.send(), REST_MS);
    this.latest ||= window.setTimeout(() => void this.send(), AT_LEAST_MS);
  }

  private quiet(): void {
    window.clearTimeout(this.rest);
    window.clearTimeout(this.latest);
    this.latest = 0;
  }

  private async send(): Promise<void> {
    this.quiet();
    if (!this.isDirty || this.isStopped) return;
    this.isDirty = false;
    const body = this.body();
    const answer = await post(this.form.dataset["keep"] ?? "", body);
    const { kept = false, time = "", sentence = "" } = answer?.reply ?? {};
    if (kept) this.arrived(body, time);
    else if (!sentence || answer?.status === SIGNED_OUT) this.again(answer);
    if (sentence && !this.isStopped) this.tell(sentence);
  }

  /** It is kept since `time`, by the town's clock: what a page shows is of one clock. */
  private arrived(body: string, time: string): void {
    this.base = values(body);
    this.pocket.dropDraft(body);
    this.say(this.words.saved, time);
    if (this.isSignedOut) this.tell("");
    this.isSignedOut = false;
  }

  /** It did not arrive: say so, and try again by itself. */
  private again(answer: Answer | null): void {
    this.isDirty = true;
    this.say(answer ? this.words.unsaved : this.words.offline);
    this.isSignedOut ||= answer?.status === SIGNED_OUT;
    if (!this.isStopped) this.latest ||= window.setTimeout(() => void this.send(), AGAIN_MS);
  }

  /** The page goes away: what is not kept yet is sent with a request that outlives it. */
  private leave(): void {
    if (this.isDirty) void this.send();
  }

  private say(words: string, time = ""): void {
    const place = document.getElementById("kept");
    if (!place) return;
    place.hidden = false;
    const label = place.querySelector("span");
    if (label) label.textContent = words.replace("TIME", time);
    place.classList.toggle("offline", words !== this.words.saved);
  }

  /** Seconds at the task, for later estimates only: not while the page is hidden or nobody has touched it for a minute. */
  private countSecond(): void {
    const box = this.form.elements.namedItem("seconds");
    const isAway = document.visibilityState === "hidden" || Date.now() - this.touched > AWAY_MS;
    if (box instanceof HTMLInputElement && !isAway) box.value = String(Number(box.value) + 1);
  }
}
