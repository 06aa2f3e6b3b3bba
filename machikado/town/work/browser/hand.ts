/** A hand on the picture: one finger or the mouse moves it, two fingers make it larger or smaller. */

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Grip {
  /** Called with the way (px). */
  readonly move: (by: Point) => void;
  /** Called with the factor and the point of the window between the fingers. */
  readonly pinch: (factor: number, at: Point) => void;
}

export class Hand {
  /** The fingers on the picture, in the order in which they came; only the first two count. */
  private readonly fingers = new Map<number, Point>();

  constructor(
    private readonly stage: HTMLElement,
    private readonly grip: Grip,
  ) {
    stage.addEventListener("pointerdown", (event) => this.onDown(event));
    stage.addEventListener("pointermove", (event) => this.onMove(event));
    for (const end of ["pointerup", "pointercancel"] as const) {
      stage.addEventListener(end, (event) => this.fingers.delete(event.pointerId));
    }
    // One finger may scroll the page, two are ours; touch-action alone cannot say so.
    stage.addEventListener("touchmove", (event) => this.holdPage(event), { passive: false });
  }

  private onDown(event: PointerEvent): void {
    if (event.button !== 0) return;
    this.fingers.set(event.pointerId, placeOf(event));
    this.stage.setPointerCapture(event.pointerId);
  }

  private onMove(event: PointerEvent): void {
    const place = [...this.fingers.keys()].indexOf(event.pointerId);
    if (place < 0) return;
    const before = this.two();
    this.fingers.set(event.pointerId, placeOf(event));
    if (place > 1) return;
    const after = this.two();
    this.grip.move({ x: after.middle.x - before.middle.x, y: after.middle.y - before.middle.y });
    if (before.apart && after.apart) this.grip.pinch(after.apart / before.apart, after.middle);
  }

  /** The middle of the first two fingers and how far apart they are (0: there is one). */
  private two(): { middle: Point; apart: number } {
    const [one = { x: 0, y: 0 }, other = one] = this.fingers.values();
    const middle = { x: (one.x + other.x) / 2, y: (one.y + other.y) / 2 };
    return { middle, apart: Math.hypot(other.x - one.x, other.y - one.y) };
  }

  private holdPage(event: TouchEvent): void {
    if (event.touches.length > 1 && event.cancelable) event.preventDefault();
  }
}

function placeOf(event: PointerEvent): Point {
  return { x: event.clientX, y: event.clientY };
}
