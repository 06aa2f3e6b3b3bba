/** Keeps this page and what it needs for a reload in a dead zone; a page of another shift is forgotten. */

import { needed } from "../../common/browser/offline/needed";

const CACHE = "machikado-drive";

/** Once the page has come from the town, put it beside the scripts that it needs. */
export async function keepPage(worker: string): Promise<void> {
  if (!("serviceWorker" in navigator) || !("caches" in window)) return;
  try {
    await navigator.serviceWorker.register(worker, { scope: new URL(".", new URL(worker, location.href)).pathname });
    const cache = await caches.open(CACHE);
    for (const request of await cache.keys()) {
      const { pathname } = new URL(request.url);
      if (pathname.endsWith("/run/") && pathname !== location.pathname) await cache.delete(request);
    }
    await cache.addAll([location.pathname, ...needed()]);
  } catch {
    // no signal, or storage is closed to us: what was kept before stays
  }
}
