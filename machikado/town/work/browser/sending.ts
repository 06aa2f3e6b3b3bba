/** Hands the answer in: checked first, sent once, and without a connection kept here and sent when there is one. */

import type { Items } from "./items";
import type { Keeping } from "./keeping";
import type { Pocket } from "./local";
import { post, type Reply } from "./outbox";

const AGAIN_MS = 15_000;

export interface Around {
  readonly pocket: Pocket;
  readonly keeping: Keeping;
  readonly items: Items;
  readonly tell: (sentence: string) => void;
  readonly arrived: () => void;
}

export class Sending {
  private isOnItsWay = false;

  constructor(
    private readonly form: HTMLFormElement,
    private readonly around: Around,
  ) {
    form.noValidate = true;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (!this.isOnItsWay && !around.items.show(around.items.faults())) void this.send();
    });
    window.addEventListener("pageshow", () => this.busy(false));
  }

  private async send(): Promise<void> {
    const body = this.around.keeping.body();
    this.busy(true);
    this.around.keeping.stop();
    try {
      const { status, reply } = await post(this.form.action, body);
      if (reply.next) return this.goOn(reply.next);
      this.refuse(status, reply);
    } catch {
      this.waitForConnection(body);
    }
  }

  private goOn(next: string): void {
    this.around.pocket.clear();
    this.around.arrived();
    window.location.assign(next);
  }

  private refuse(status: number, reply: Reply): void {
    this.around.keeping.resume();
    this.busy(false);
    const faults = new Map<HTMLElement, string>();
    for (const [name, sentence] of Object.entries(reply.errors ?? {})) {
      const item = this.around.items.named(name);
      if (item) faults.set(item, sentence);
    }
    this.around.tell(reply.sentence ?? (status >= 500 ? (this.form.dataset["failed"] ?? "") : ""));
    this.around.items.show(faults);
  }

  private waitForConnection(body: string): void {
    this.around.pocket.keepAnswer(body);
    this.around.keeping.sayOffline();
    this.around.tell(this.form.dataset["noConnection"] ?? "");
    const again = (): void => {
      window.removeEventListener("online", again);
      window.clearTimeout(timer);
      void this.send();
    };
    const timer = window.setTimeout(again, AGAIN_MS);
    window.addEventListener("online", again);
  }

  private busy(isBusy: boolean): void {
    this.isOnItsWay = isBusy;
    for (const button of document.querySelectorAll<HTMLElement>("[data-sends]")) {
      if (isBusy) button.setAttribute("aria-busy", "true");
      else button.removeAttribute("aria-busy");
    }
  }
}
