/** Reads a sum of yen back as it is typed: 30000 → 30,000円（三万円）. */

const DIGITS = "〇一二三四五六七八九";
const PLACES = ["", "十", "百", "千"];
const MYRIADS = ["", "万", "億", "兆"];

/** Up to 9999 in kanji; 一 is not said before 十, 百 and 千. */
function group(value: number): string {
  let text = "";
  for (let place = 3; place >= 0; place -= 1) {
    const digit = Math.floor(value / 10 ** place) % 10;
    if (!digit) continue;
    text += (digit === 1 && place > 0 ? "" : DIGITS.charAt(digit)) + (PLACES[place] ?? "");
  }
  return text;
}

/** A whole number from 0 to 9999兆 in kanji. */
export function inKanji(value: number): string {
  if (value === 0) return "零";
  let text = "";
  for (let rank = MYRIADS.length - 1; rank >= 0; rank -= 1) {
    const part = Math.floor(value / 10_000 ** rank) % 10_000;
    if (part) text += group(part) + (MYRIADS[rank] ?? "");
  }
  return text;
}

/** What is typed, with full-width digits, commas and blanks allowed, as a whole number; null if it is none. */
export function wholeNumber(typed: string): number | null {
  const plain = typed.normalize("NFKC").replace(/[,\s]/g, "");
  return /^\d{1,15}$/.test(plain) ? Number(plain) : null;
}

function showReading(input: HTMLInputElement, place: HTMLElement): void {
  const value = wholeNumber(input.value);
  place.textContent = value === null ? "" : `${value.toLocaleString("ja-JP")}円（${inKanji(value)}円）`;
}

/** Every [data-reads] says back what stands in the box whose id it names. */
export function watchReadings(form: HTMLFormElement): void {
  for (const place of form.querySelectorAll<HTMLElement>("[data-reads]")) {
    const input = document.getElementById(place.dataset["reads"] ?? "");
    if (!(input instanceof HTMLInputElement)) continue;
    input.addEventListener("input", () => showReading(input, place));
    showReading(input, place);
  }
}
