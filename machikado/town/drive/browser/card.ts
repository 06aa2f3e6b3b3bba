/** Asks for the card that pays: six digits typed, or the QR before the camera where the browser can read one. */

const LENGTH = 6;
// As in ride/card_numbers.py: a number whose digits lead back to 0 was typed without a slip.
const TABLE = ["0317598642", "7092154863", "4206871359", "1750983426", "6123045978", "3674209581", "5869720134", "8945362017", "9438617205", "2581436790"];
const LOOK_MS = 200;

interface Reader {
  detect(image: HTMLVideoElement): Promise<{ rawValue: string }[]>;
}

declare global {
  interface Window {
    BarcodeDetector?: new (options: { formats: string[] }) => Reader;
  }
}

/** The digits that were typed, however wide and in whatever groups; "" for what can be no card. */
export function numberOf(typed: string): string {
  const digits = typed.normalize("NFKC").replace(/[\s-]/g, "");
  if (!/^[0-9]+$/.test(digits) || digits.length !== LENGTH) return "";
  const sum = [...digits].reduce((interim, digit) => Number(TABLE[interim]?.[Number(digit)]), 0);
  return sum === 0 ? digits : "";
}

export class CardPad {
  private readonly input: HTMLInputElement | null;
  private readonly fault: HTMLElement | null;
  private readonly video: HTMLVideoElement | null;
  private stream: MediaStream | null = null;
  private answer: (said: string) => void = () => undefined;

  constructor(private readonly dialog: HTMLDialogElement | null) {
    this.input = dialog?.querySelector("input") ?? null;
    this.fault = dialog?.querySelector("[data-fault]") ?? null;
    this.video = dialog?.querySelector("video") ?? null;
    const scan = dialog?.querySelector<HTMLButtonElement>("[data-scan]");
    if (scan && window.BarcodeDetector && "mediaDevices" in navigator) scan.hidden = false;
    scan?.addEventListener("click", () => void this.scan());
    dialog?.querySelector("[data-take]")?.addEventListener("click", () => this.take());
    this.input?.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault(); // else the first button of the page would be pressed
      this.take();
    });
    dialog?.addEventListener("close", () => this.end(""));
  }

  /** What the card says of itself; "" where the driver went back. */
  ask(): Promise<string> {
    const { dialog, input, fault } = this;
    if (!dialog || !input || !fault) return Promise.resolve("");
    input.value = "";
    fault.hidden = true;
    dialog.showModal();
    input.focus();
    return new Promise((resolve) => {
      this.answer = resolve;
    });
  }

  close(): void {
    if (this.dialog?.open) this.dialog.close();
  }

  private take(): void {
    const number = numberOf(this.input?.value ?? "");
    if (number) this.end(number);
    else if (this.fault) this.fault.hidden = false;
  }

  private end(said: string): void {
    this.answer(said);
    this.answer = () => undefined;
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.stream = null;
    if (this.video) this.video.hidden = true;
    this.close();
  }

  /** Look through the camera until a QR is seen; nothing of the picture is kept. */
  private async scan(): Promise<void> {
    const { video } = this;
    if (!video || !window.BarcodeDetector || this.stream) return;
    try {
      const reader = new window.BarcodeDetector({ formats: ["qr_code"] });
      this.stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
      if (!this.dialog?.open) return this.end("");
      video.srcObject = this.stream;
      video.hidden = false;
      await video.play();
      while (this.stream) {
        const [seen] = await reader.detect(video);
        if (seen) return this.end(seen.rawValue.replace(/\/+$/, "").split("/").pop() ?? "");
        await new Promise((resolve) => window.setTimeout(resolve, LOOK_MS));
      }
    } catch {
      video.hidden = true; // no camera, or it is closed to us: the digits are typed
    }
  }
}
