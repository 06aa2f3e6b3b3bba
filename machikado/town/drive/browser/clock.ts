/** What time it is in the town, and how far this tablet's clock is off, as measured whenever the town answers. */

const KEPT = "machikado.drive.clock";

interface Measured {
  readonly town: number;
  readonly tablet: number;
  readonly speed: number;
  readonly offset: number;
}

function kept(): Measured | null {
  try {
    const found = JSON.parse(localStorage.getItem(KEPT) ?? "null") as Partial<Measured> | null;
    const isWhole = found && [found.town, found.tablet, found.speed, found.offset].every((each) => typeof each === "number");
    return isWhole ? (found as Measured) : null;
  } catch {
    return null;
  }
}

export class TownClock {
  private measured: Measured | null = kept();

  /** Take over what the town said just now: its time, the real time, and how many times as fast it lives. */
  hear(text: string | null): void {
    const [town, real, speed] = (text ?? "").split(" ").map(Number);
    if (!town || !real || speed === undefined || Number.isNaN(speed)) return;
    const tablet = Date.now();
    this.measured = { town, tablet, speed, offset: real - tablet };
    try {
      localStorage.setItem(KEPT, JSON.stringify(this.measured));
    } catch {
      // then the next answer measures it again
    }
  }

  /** The town is ahead of this tablet by so many milliseconds. */
  get offset(): number {
    return Math.round(this.measured?.offset ?? 0);
  }

  /** Now, by the town's clock. */
  get now(): number {
    const { town, tablet, speed } = this.measured ?? { town: Date.now(), tablet: Date.now(), speed: 1 };
    return town + Math.max(0, Date.now() - tablet) * speed;
  }

  /** When a moment of this tablet was by the town's clock. */
  townOf(tablet: number): number {
    return this.now - Math.max(0, Date.now() - tablet) * (this.measured?.speed ?? 1);
  }

  /** 10:02 */
  get words(): string {
    const parts = new Intl.DateTimeFormat("en-GB", { hour: "numeric", minute: "2-digit", timeZone: "Asia/Tokyo" });
    return parts.format(this.now).replace(/^0/, "");
  }
}
