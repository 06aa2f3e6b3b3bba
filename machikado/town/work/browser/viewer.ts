/** The source image: larger, smaller, turned, clearer, moved by hand or by keys, or set on the part that a field is read from. */

export interface Snippet {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const STEP = 1.25;
const SMALLEST = 0.5;
const LARGEST = 12;
const MOVE_PX = 40;
const PHONE = window.matchMedia("(max-width: 59.99rem)");
const PER_MILLE = 1000;

/** How the picture lies in its frame; `whole` until somebody moves it or a snippet is shown. */
interface Lie {
  scale: number;
  turn: number;
  dx: number;
  dy: number;
}

export class Viewer {
  private readonly stage: HTMLElement;
  private readonly picture: HTMLElement;
  private readonly image: HTMLImageElement;
  private readonly mark: HTMLElement;
  private readonly percent: HTMLElement | null;
  private lie: Lie = { scale: 1, turn: 0, dx: 0, dy: 0 };
  private snippet: Snippet | null = null;
  private isClose = false;
  private hand: { id: number; x: number; y: number } | null = null;

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
    this.watchHand();
    this.image.addEventListener("load", () => this.fit());
    new ResizeObserver(() => this.fit()).observe(figure);
    this.fit();
  }

  /** Show which part the present field is read from: near on a phone, framed in the whole on a desk. */
  look(snippet: Snippet | null): void {
    const isSetByHand = !this.isClose && (this.lie.scale !== 1 || this.lie.turn !== 0);
    this.snippet = snippet;
    this.isClose = PHONE.matches && snippet !== null;
    if (isSetByHand && !this.isClose) this.follow();
    else this.fit();
  }

  /** Keep the size that somebody chose, and bring the part of the next field into the middle. */
  private follow(): void {
    this.frame();
    if (this.snippet && this.lie.turn === 0) {
      const middle = middleOf(this.snippet);
      this.lie.dx = -middle.x * this.picture.offsetWidth * this.lie.scale;
      this.lie.dy = -middle.y * this.picture.offsetHeight * this.lie.scale;
    }
    this.draw();
  }

  private onTool(event: MouseEvent): void {
    const button = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-view]") : null;
    if (button) this.act(button.dataset["view"] ?? "");
  }

  private act(what: string): void {
    if (what === "larger") this.zoom(STEP);
    else if (what === "smaller") this.zoom(1 / STEP);
    else if (what === "turn") this.lie.turn = (this.lie.turn + 90) % 360;
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

  private watchHand(): void {
    this.stage.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      this.hand = { id: event.pointerId, x: event.clientX, y: event.clientY };
      this.stage.setPointerCapture(event.pointerId);
    });
    this.stage.addEventListener("pointermove", (event) => {
      if (this.hand?.id !== event.pointerId) return;
      this.shift(event.clientX - this.hand.x, event.clientY - this.hand.y);
      this.hand = { id: event.pointerId, x: event.clientX, y: event.clientY };
    });
    for (const end of ["pointerup", "pointercancel"] as const) this.stage.addEventListener(end, () => (this.hand = null));
  }

  private shift(x: number, y: number): void {
    this.lie.dx += x;
    this.lie.dy += y;
    this.draw();
  }

  private zoom(factor: number): void {
    const scale = Math.min(LARGEST, Math.max(SMALLEST, this.lie.scale * factor));
    const grown = scale / this.lie.scale;
    this.lie = { ...this.lie, scale, dx: this.lie.dx * grown, dy: this.lie.dy * grown };
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
    this.lie.turn = 0;
    this.image.classList.remove("clear");
    this.figure.querySelector("[data-view=contrast]")?.setAttribute("aria-pressed", "false");
    this.fit();
  }

  /** Give the frame its height, the picture its size, and lay the snippet into the middle where it is wanted near. */
  private fit(): void {
    const { naturalWidth: width, naturalHeight: height } = this.image;
    const room = this.stage.clientWidth;
    if (!width || !height || !room) return;
    const near = this.isClose ? this.snippet : null;
    const aspect = near ? (height * near.height) / (width * near.width) : height / width;
    const most = window.innerHeight * (PHONE.matches ? (near ? 0.28 : 0.5) : 0.78);
    const tall = Math.round(Math.min(most, Math.max(112, room * aspect)));
    const fitted = Math.min(room / width, tall / height);
    this.stage.style.height = `${tall}px`;
    this.picture.style.width = `${width * fitted}px`;
    this.picture.style.height = `${height * fitted}px`;
    this.lie = { scale: 1, turn: this.lie.turn, dx: 0, dy: 0 };
    if (near) this.layNear(near, { width: width * fitted, height: height * fitted }, { width: room, height: tall });
    this.frame();
    this.draw();
  }

  private layNear(near: Snippet, picture: Size, room: Size): void {
    const part = { width: (picture.width * near.width) / PER_MILLE, height: (picture.height * near.height) / PER_MILLE };
    const scale = Math.min(LARGEST, (room.width * 0.94) / part.width, (room.height * 0.94) / part.height);
    const middle = middleOf(near);
    this.lie = { scale, turn: 0, dx: -middle.x * picture.width * scale, dy: -middle.y * picture.height * scale };
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
    this.figure.classList.toggle("larger", scale > 1 && !this.isClose);
    if (this.percent) this.percent.textContent = `${Math.round(scale * 100)}%`;
  }
}

/** Where the middle of a part lies, measured from the middle of the picture, as a share of its sides. */
function middleOf(snippet: Snippet): { x: number; y: number } {
  return { x: (snippet.x + snippet.width / 2) / PER_MILLE - 0.5, y: (snippet.y + snippet.height / 2) / PER_MILLE - 0.5 };
}

interface Size {
  readonly width: number;
  readonly height: number;
}

function part(figure: HTMLElement, selector: string): HTMLElement {
  const found = figure.querySelector<HTMLElement>(selector);
  if (!found) throw new Error(`the viewer has no ${selector}`);
  return found;
}
