/** Hands the answer in: checked first, sent once, and without a connection kept here and sent when there is one. */

import type { Pocket } from "../../common/browser/pocket";
import { post, type Reply } from "../../common/browser/post";
import type { Items } from "./items";
import type { Keeping } from "./keeping";

const AGAIN_MS = 15_000;
const REST_MS = 2000;

export interface Around {
  readonly pocket: Pocket;
  readonly keeping: Keeping;
  readonly items: Items;
  readonly tell: (sentence: string) => void;
  readonly arrived: () => void;
}

export class Sending {
  private isOnItsWay = false;
  private isWaiting = false;
  private isOver = false;
  private timer = 0;
  private touched = 0;

  constructor(
    private readonly form: HTMLFormElement,
    private readonly around: Around,
  ) {
    form.noValidate = true;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.handIn();
    });
    form.addEventListener("input", () => this.onInput());
    window.addEventListener("online", () => this.again());
    window.addEventListener("pageshow", () => this.busy(false));
  }

  /** The task was handed in elsewhere: what stands here can be read and is not sent. */
  end(): void {
    this.isOver = true;
    this.stopWaiting();
    this.around.keeping.end();
    for (const button of document.querySelectorAll("[data-sends]")) button.setAttribute("disabled", "");
  }

  private handIn(): void {
    if (this.isOnItsWay || this.isOver) return;
    this.stopWaiting();
    if (this.around.items.show(this.around.items.faults())) this.goOnTyping("");
    else void this.send();
  }

  private async send(): Promise<void> {
    this.busy(true);
    this.around.keeping.stop();
    const answer = await post(this.form.action, this.around.keeping.typed().body);
    this.busy(false);
    if (answer?.reply.next) this.leaveFor(answer.reply.next);
    else if (this.isOver) return;
    else if (answer) this.refuse(answer.reply);
    else this.waitForConnection();
  }

  private leaveFor(next: string): void {
    this.busy(true);
    this.around.keeping.end();
    this.around.pocket.clear();
    this.around.arrived();
    window.location.assign(next);
  }

  private refuse(reply: Reply): void {
    const faults = new Map<HTMLElement, string>();
    for (const [name, sentence] of Object.entries(reply.errors ?? {})) {
      const item = this.around.items.named(name);
      if (item) faults.set(item, sentence);
    }
    this.goOnTyping(reply.sentence || (faults.size ? "" : (this.form.dataset["failed"] ?? "")));
    this.around.items.show(faults);
  }

  /** The answer is in her hands again. */
  private goOnTyping(sentence: string): void {
    this.around.pocket.drop("waiting");
    this.around.tell(sentence);
    this.around.keeping.resume();
  }

  private waitForConnection(): void {
    this.isWaiting = true;
    const isKept = this.around.pocket.keep("waiting", this.around.keeping.typed());
    this.around.keeping.sayOffline();
    this.around.tell(this.form.dataset[isKept ? "noConnection" : "failed"] ?? "");
    this.timer = window.setTimeout(() => this.again(), AGAIN_MS);
  }

  private stopWaiting(): void {
    this.isWaiting = false;
    window.clearTimeout(this.timer);
  }

  /** Hand in what waits, but not in the middle of a word. */
  private again(): void {
    if (!this.isWaiting) return;
    window.clearTimeout(this.timer);
    const rest = this.touched + REST_MS - Date.now();
    if (rest > 0) this.timer = window.setTimeout(() => this.again(), rest);
    else this.handIn();
  }

  /** What waits is what stands on the page; an answer that nobody asks for any more waits no longer. */
  private onInput(): void {
    this.touched = Date.now();
    const isMeant = this.isWaiting || this.isOnItsWay;
    if (isMeant && !this.around.items.faults().size) this.around.pocket.keep("waiting", this.around.keeping.typed());
    else this.around.pocket.drop("waiting");
  }

  private busy(isBusy: boolean): void {
    this.isOnItsWay = isBusy;
    for (const button of document.querySelectorAll<HTMLElement>("[data-sends]")) {
      if (isBusy) button.setAttribute("aria-busy", "true");
      else button.removeAttribute("aria-busy");
    }
  }
}
