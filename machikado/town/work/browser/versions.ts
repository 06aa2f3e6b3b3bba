/** Two machines typed in one task: the page shows one version, and the other one stays here until somebody drops it. */

import type { Pocket } from "../../common/browser/pocket";
import type { Keeping } from "./keeping";

function timeOf(at: string): string {
  const parts = { month: "numeric", day: "numeric", hour: "numeric", minute: "2-digit" } as const;
  return new Date(at).toLocaleString(document.documentElement.lang, parts);
}

export function offerOtherVersion(pocket: Pocket, keeping: Keeping): void {
  const banner = document.getElementById("other-version");
  const words = banner?.querySelector<HTMLElement>("[data-words]");
  if (!banner || !words) return;
  const say = (): void => {
    const other = pocket.kept("other");
    banner.hidden = other === null;
    words.textContent = other ? (words.dataset["words"] ?? "").replace("TIME", timeOf(other.at)) : "";
  };
  banner.querySelector("[data-swaps]")?.addEventListener("click", () => {
    const other = pocket.kept("other");
    if (!other) return;
    pocket.keep("other", keeping.typed());
    keeping.show(other);
    say();
  });
  banner.querySelector("[data-drops]")?.addEventListener("click", () => {
    pocket.drop("other");
    say();
  });
  say();
}
