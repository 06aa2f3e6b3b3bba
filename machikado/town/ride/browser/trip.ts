/** Keeps the next trip for the time without a network, for whoever is signed in; and says what cannot be done without one. */

import { needed } from "../../common/browser/offline/needed";
import { keep, type Page } from "../../common/browser/offline/own";

interface Told {
  readonly account: string;
  readonly version: string;
  readonly files: readonly string[];
  readonly pages: readonly Page[];
}

const place = document.querySelector<HTMLElement>("#trip");

/** The files of a version are the same for ever; the page of refuge speaks the language of this page. */
async function fill(shelf: string, files: readonly string[], refuge: string): Promise<void> {
  const cache = await caches.open(shelf);
  const fonts = needed().filter((path) => path.endsWith(".woff2"));
  const found = await Promise.all([...files, ...fonts].map(async (path) => ((await cache.match(path, { ignoreVary: true })) ? [] : [path])));
  const before = await cache.match(refuge, { ignoreVary: true });
  const isOther = before?.headers.get("Content-Language") !== document.documentElement.lang;
  await cache.addAll([...found.flat(), ...(isOther ? [refuge] : [])]);
}

async function keepTrip({ kept = "", worker = "", refuge = "" }: DOMStringMap): Promise<void> {
  if (!("serviceWorker" in navigator) || !("caches" in window)) return;
  try {
    const scope = new URL(".", new URL(worker, location.href)).pathname;
    await navigator.serviceWorker.register(worker, { scope });
    const answer = await fetch(kept, { headers: { Accept: "application/json", "X-Requested-With": "fetch" } });
    if (!answer.ok) return;
    const { account, version, files, pages } = (await answer.json()) as Told;
    const shelf = `machikado-ride-${version}`;
    await fill(shelf, files, refuge);
    await keep(kept, pages, { account, policy: answer.headers.get("Content-Security-Policy") ?? "", shelf });
    place?.setAttribute("data-done", "");
  } catch {
    // no network, or storage is closed to us: what was kept before stays until it is over
  }
}

/** Without a network nothing is sent, and what was typed stays on the page. */
function watchForms(): void {
  document.addEventListener(
    "submit",
    (event) => {
      const form = event.target;
      if (navigator.onLine || !(form instanceof HTMLFormElement) || form.method !== "post" || !form.closest("main")) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      if (!place) return;
      document.querySelector("main .page")?.prepend(place);
      place.hidden = false;
      place.focus();
    },
    { capture: true },
  );
  window.addEventListener("online", () => place?.setAttribute("hidden", ""));
}

if (place) {
  watchForms();
  await keepTrip(place.dataset);
}
