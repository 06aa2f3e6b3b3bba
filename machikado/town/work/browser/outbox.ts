/** On pages that only wait (the home): hands in what was finished without a connection, and says what came of it. */

import { pocketsWith } from "../../common/browser/pocket";
import { handIn } from "../../common/browser/unsent";
import { sayHandedIn } from "./twotabs";

const AGAIN_MS = 15_000;

function reveal(id: string, isTrue: boolean): void {
  if (isTrue) document.getElementById(id)?.removeAttribute("hidden");
}

/** Say how many wait: a number that stays the same is not said again. */
function sayWaiting(count: number): void {
  const banner = document.getElementById("outbox-waiting");
  const words = banner?.querySelector<HTMLElement>("[data-words]");
  if (!banner || !words) return;
  const sentence = (words.dataset["words"] ?? "").replace("COUNT", String(count));
  if (words.textContent !== sentence) words.textContent = sentence;
  banner.hidden = count === 0;
}

/** Send now, when the connection comes back, and every quarter of a minute: one round at a time. */
export function watchOutbox(place: HTMLElement): void {
  const { account = "" } = place.dataset;
  let isSending = false;
  const round = async (): Promise<void> => {
    if (isSending) return;
    isSending = true;
    const { arrived, refused } = await handIn(account);
    isSending = false;
    for (const code of arrived) sayHandedIn(code);
    reveal("outbox-arrived", arrived.length > 0);
    reveal("outbox-refused", refused.length > 0);
    sayWaiting(pocketsWith("waiting", account).length);
  };
  window.addEventListener("online", () => void round());
  window.setInterval(() => void round(), AGAIN_MS);
  void round();
}
