/** The source image: larger, smaller, turned, clearer, moved by hand or by keys, or set on the part that a field is read from. */

import { Hand, type Point } from "./hand";

export interface Snippet {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

const STEP = 1.25;
const SMALLEST = 0.5;
const LARGEST = 12;
const MOVE_PX = 40;
const PHONE = window.matchMedia("(max-width: 59.99rem)");
const PER_MILLE = 1000;
const MIDDLE: Point = { x: 0, y: 0 };

/** How the picture lies in its frame: its size over the fitted one, its turn in degrees, and where its middle is (px). */
interface Lie {
  readonly scale: number;
  readonly turn: number;
  readonly dx: number;
  readonly dy: number;
}

export class Viewer {
  private readonly stage: HTMLElement;
  private readonly picture: HTMLElement;
  private readonly image: HTMLImageElement;
  private readonly mark: HTMLElement;
  private readonly percent: HTMLElement | null;
  private lie: Lie = { scale: 1, turn: 0, dx: 0, dy: 0 };
  /** The picture's sides at scale 1 (px), unturned. */
  private size: Size = { width: 0, height: 0 };
  /** The scale at which nobody has made it larger or smaller. */
  private fitted = 1;
  private snippet: Snippet | null = null;
  private isClose = false;

  constructor(private readonly figure: HTMLElement) {
    this.stage = part(figure, ".stage");
    this.picture = part(figure, ".picture");
    this.image = part(figure, "img") as HTMLImageElement;
    this.mark = part(figure, ".mark");
    this.percent = figure.querySelector(".percent");
    figure.classList.add("live");
    figure.querySelector<HTMLElement>(".viewer-tools")?.removeAttribute("hidden");
    this.stage.tabIndex = 0;
    figure.addEventListener("click", (event) => this.onTool(event));
    this.stage.addEventListener("keydown", (event) => this.onKey(event));
    new Hand(this.stage, { move: (by) => this.shift(by.x, by.y), pinch: (factor, at) => this.pinch(factor, at) });
    this.image.addEventListener("load", () => this.fit());
    new ResizeObserver(() => this.fitAgain()).observe(figure);
    this.fit();
  }

  /** Show which part the present field is read from: near on a phone, framed in the whole on a desk. */
  look(snippet: Snippet | null): void {
    const isSetByHand = !this.isClose && this.lie.scale !== this.fitted;
    this.snippet = snippet;
    this.isClose = PHONE.matches && snippet !== null;
    if (isSetByHand && !this.isClose) this.follow();
    else this.fit();
  }

  /** Keep the size that somebody chose, and bring the part of the next field into the middle. */
  private follow(): void {
    this.frame();
    if (this.snippet) this.centre(middleOf(this.snippet), this.lie.scale);
    this.draw();
  }

  private onTool(event: MouseEvent): void {
    const button = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-view]") : null;
    if (button) this.act(button.dataset["view"] ?? "");
  }

  private act(what: string): void {
    if (what === "larger") this.zoom(STEP, MIDDLE);
    else if (what === "smaller") this.zoom(1 / STEP, MIDDLE);
    else if (what === "turn") this.turn();
    else if (what === "contrast") this.switchContrast();
    else if (what === "whole") this.switchNearness();
    else if (what === "reset") this.reset();
    this.draw();
  }

  private onKey(event: KeyboardEvent): void {
    const moves: Record<string, [number, number]> = {
      ArrowLeft: [MOVE_PX, 0],
      ArrowRight: [-MOVE_PX, 0],
      ArrowUp: [0, MOVE_PX],
      ArrowDown: [0, -MOVE_PX],
    };
    const acts: Record<string, string> = { "+": "larger", "-": "smaller", "0": "reset" };
    const move = moves[event.key];
    const act = acts[event.key];
    if (event.ctrlKey || event.metaKey || event.altKey || (!move && !act)) return;
    event.preventDefault();
    if (move) this.shift(move[0], move[1]);
    if (act) this.act(act);
  }

  private shift(x: number, y: number): void {
    this.lie = { ...this.lie, dx: this.lie.dx + x, dy: this.lie.dy + y };
    this.draw();
  }

  /** Two fingers: what lies between them stays between them; `at` is a point of the window. */
  private pinch(factor: number, at: Point): void {
    const frame = this.stage.getBoundingClientRect();
    this.zoom(factor, { x: at.x - frame.left - frame.width / 2, y: at.y - frame.top - frame.height / 2 });
    this.draw();
  }

  /** Change the size; the point `about` (px from the middle of the frame) stays where it is. */
  private zoom(factor: number, about: Point): void {
    const scale = Math.min(LARGEST, Math.max(SMALLEST, this.lie.scale * factor));
    const grown = scale / this.lie.scale;
    const { dx, dy } = this.lie;
    this.lie = { ...this.lie, scale, dx: about.x + (dx - about.x) * grown, dy: about.y + (dy - about.y) * grown };
  }

  /** Turn to the right: the part of a field is laid into the frame anew, else what is in the middle stays there. */
  private turn(): void {
    const turn = (this.lie.turn + 90) % 360;
    if (this.isClose) {
      this.lie = { ...this.lie, turn };
      this.fit();
    } else this.fitAgain(turn);
  }

  private switchContrast(): void {
    const on = this.image.classList.toggle("clear");
    this.figure.querySelector("[data-view=contrast]")?.setAttribute("aria-pressed", String(on));
  }

  private switchNearness(): void {
    this.isClose = !this.isClose;
    this.fit();
  }

  private reset(): void {
    this.lie = { ...this.lie, turn: 0 };
    this.image.classList.remove("clear");
    this.figure.querySelector("[data-view=contrast]")?.setAttribute("aria-pressed", "false");
    this.fit();
  }

  /** Give the frame its height, the picture its size, and lay the snippet into the middle where it is wanted near. */
  private fit(): void {
    const { naturalWidth, naturalHeight } = this.image;
    const room = this.stage.clientWidth;
    if (!naturalWidth || !naturalHeight || !room) return;
    const near = this.isClose ? this.snippet : null;
    const whole = turned({ width: naturalWidth, height: naturalHeight }, this.lie.turn);
    const shown = near ? turned(sidesOf(near, this.image), this.lie.turn) : whole;
    const most = window.innerHeight * (PHONE.matches ? (near ? 0.28 : 0.5) : 0.78);
    const tall = Math.round(Math.min(most, Math.max(112, (room * shown.height) / shown.width)));
    const shrunk = Math.min(room / whole.width, tall / whole.height);
    this.size = { width: naturalWidth * shrunk, height: naturalHeight * shrunk };
    this.stage.style.height = `${tall}px`;
    this.picture.style.width = `${this.size.width}px`;
    this.picture.style.height = `${this.size.height}px`;
    const close = Math.min((room * 0.94) / (shown.width * shrunk), (tall * 0.94) / (shown.height * shrunk));
    this.fitted = near ? Math.min(LARGEST, close) : 1;
    this.centre(near ? middleOf(near) : MIDDLE, this.fitted);
    this.frame();
    this.draw();
  }

  /** Fit into a frame of another size, or with another turn: what somebody looks at stays in the middle, as large as it was. */
  private fitAgain(turn = this.lie.turn): void {
    if (!this.size.width) return this.fit();
    const { scale, dx, dy } = this.lie;
    const back = rotated({ x: -dx / scale, y: -dy / scale }, -this.lie.turn);
    const looked = { x: back.x / this.size.width, y: back.y / this.size.height };
    const grown = scale / this.fitted;
    this.lie = { ...this.lie, turn };
    this.fit();
    this.centre(looked, this.fitted * grown);
    this.draw();
  }

  /** Bring a point of the picture (from its middle, as a share of its sides) into the middle of the frame. */
  private centre(point: Point, scale: number): void {
    const away = rotated({ x: point.x * this.size.width * scale, y: point.y * this.size.height * scale }, this.lie.turn);
    this.lie = { scale, turn: this.lie.turn, dx: -away.x, dy: -away.y };
  }

  private frame(): void {
    this.mark.hidden = this.snippet === null;
    this.figure.classList.toggle("near", this.isClose);
    this.figure.classList.toggle("partless", this.snippet === null);
    if (!this.snippet) return;
    const { x, y, width, height } = this.snippet;
    Object.assign(this.mark.style, { left: `${x / 10}%`, top: `${y / 10}%`, width: `${width / 10}%`, height: `${height / 10}%` });
  }

  private draw(): void {
    const { scale, turn, dx, dy } = this.lie;
    this.picture.style.transform = `translate(-50%, -50%) translate(${dx}px, ${dy}px) rotate(${turn}deg) scale(${scale})`;
    this.picture.style.setProperty("--scale", String(scale));
    this.figure.classList.toggle("larger", scale > this.fitted);
    if (this.percent) this.percent.textContent = `${Math.round(scale * 100)}%`;
  }
}

/** Where the middle of a part lies, measured from the middle of the picture, as a share of its sides. */
function middleOf(snippet: Snippet): Point {
  return { x: (snippet.x + snippet.width / 2) / PER_MILLE - 0.5, y: (snippet.y + snippet.height / 2) / PER_MILLE - 0.5 };
}

/** The sides of a part in the image's own pixels. */
function sidesOf(snippet: Snippet, image: HTMLImageElement): Size {
  return {
    width: (image.naturalWidth * snippet.width) / PER_MILLE,
    height: (image.naturalHeight * snippet.height) / PER_MILLE,
  };
}

/** The sides of a box as they stand after quarter turns. */
function turned(box: Size, turn: number): Size {
  return turn % 180 === 0 ? box : { width: box.height, height: box.width };
}

/** A point after quarter turns to the right about the middle; y grows downwards. */
function rotated(point: Point, turn: number): Point {
  const { x, y } = point;
  const quarters = ((turn / 90) % 4 + 4) % 4;
  return [point, { x: -y, y: x }, { x: -x, y: -y }, { x: y, y: -x }][quarters] ?? point;
}

function part(figure: HTMLElement, selector: string): HTMLElement {
  const found = figure.querySelector<HTMLElement>(selector);
  if (!found) throw new Error(`the viewer has no ${selector}`);
  return found;
}
