/** The tablet on the road: presses are shown at once, kept until the town has confirmed them, and sent in order. */

import { apply, later, settle, tick } from "./board";
import { CardPad } from "./card";
import { TownClock } from "./clock";
import { keepPage } from "./keeping";
import { Queue, type Press } from "./queue";
import { Talk } from "./talk";
import { Voice } from "./voice";
import { place, Whereabouts } from "./where";

const POLL_MS = 10_000;
const SEND_MS = 5_000;

class Road {
  private readonly clock = new TownClock();
  private readonly voice = new Voice(document.querySelector<HTMLButtonElement>("#voice"));
  private readonly talk: Talk;
  private readonly pad = new CardPad(document.querySelector<HTMLDialogElement>("#card-pad"));
  private current: HTMLElement | null = null;
  private isSending = false;
  private isMoving = false;

  constructor(
    private readonly form: HTMLFormElement,
    private readonly queue: Queue,
  ) {
    this.talk = new Talk(form, this.clock);
  }

  async begin(): Promise<void> {
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      const button = event.submitter;
      if (button instanceof HTMLButtonElement && !this.isMoving) void this.pressed(button.value);
    });
    this.form.addEventListener("click", (event) => {
      if (event.target instanceof Element && event.target.closest("[data-later]") && this.current) {
        later(this.current);
        void this.show();
      }
    });
    window.addEventListener("online", () => void this.send());
    window.setInterval(() => void this.send(), SEND_MS);
    window.setInterval(() => void this.poll(), POLL_MS);
    window.setInterval(() => this.second(), 1000);
    await this.show();
    if (this.form.dataset["out"] === "1") this.whereabouts().watch();
    await this.send();
    await this.poll();
  }

  private whereabouts(): Whereabouts {
    const url = this.form.dataset["position"] ?? "";
    return new Whereabouts(
      url,
      this.clock,
      (isMoving) => this.lock(isMoving),
      (lat, lon) => place(this.current, lat, lon),
    );
  }

  /** Nothing can be pressed while the vehicle moves. */
  private lock(isMoving: boolean): void {
    this.isMoving = isMoving;
    if (isMoving) this.pad.close();
    document.body.toggleAttribute("data-moving", isMoving);
    document.querySelector<HTMLElement>("#moving")?.toggleAttribute("hidden", !isMoving);
    document.querySelector<HTMLElement>("#sheet")?.toggleAttribute("inert", isMoving);
  }

  /** A card is asked for first; the driver may go back. */
  private async pressed(value: string): Promise<void> {
    if (!value.endsWith("|card")) return this.press(value);
    const said = await this.pad.ask();
    if (said && !this.isMoving) await this.press(`${value}|${said}`);
  }

  private async press(value: string): Promise<void> {
    const [kind = "", on = "", yen = "", how = "", card = ""] = value.split("|");
    const facts = kind === "note" ? { what: how } : kind === "fare" ? { yen: Number(yen), paid: how, ...(card && { card }) } : {};
    const press: Press = { key: crypto.randomUUID(), kind, on, ...facts, at: Date.now(), offset: this.clock.offset };
    await this.queue.add(press);
    await this.show();
    if (kind === "note") this.talk.say(press);
    await this.send();
  }

  /** What the town said last, with all that waits on top of it. */
  private async show(html?: string): Promise<void> {
    const waiting = await this.queue.waiting();
    const sheet = document.querySelector<HTMLElement>("#sheet");
    if (sheet && html !== undefined) sheet.innerHTML = html;
    for (const press of waiting) apply(press, this.clock.townOf(press.at));
    this.talk.count(waiting.length);
    this.second();
  }

  private second(): void {
    const now = this.clock.now;
    const before = this.current;
    this.current = settle(now);
    tick(this.current, now);
    const clock = document.querySelector<HTMLElement>("#clock");
    if (clock && clock.textContent !== this.clock.words) clock.textContent = this.clock.words;
    if (this.current !== before) this.voice.announce(this.current?.dataset["say"] ?? "");
  }

  /** Send all that waits, in order, until nothing does or nobody answers. */
  private async send(): Promise<void> {
    if (this.isSending) return;
    this.isSending = true;
    try {
      for (;;) {
        const waiting = await this.queue.waiting();
        if (!waiting.length) break;
        const answer = await this.talk.tell(waiting);
        if (!answer) break;
        await this.queue.drop(new Set(answer.keys));
        await this.show(answer.html);
      }
    } finally {
      this.isSending = false;
    }
  }

  private async poll(): Promise<void> {
    if (this.isSending) return;
    const html = await this.talk.ask();
    if (html !== null && !this.isSending) await this.show(html);
  }
}

const form = document.querySelector<HTMLFormElement>("#road");
if (form) {
  const queue = await Queue.of(form.dataset["shift"] ?? "");
  void keepPage(form.dataset["worker"] ?? "");
  await new Road(form, queue).begin();
}
