/** Keeps this page and what it needs for a reload in a dead zone; a page of another shift is forgotten. */

const CACHE = "machikado-drive";

function needed(): string[] {
  const loaded = performance.getEntriesByType("resource").map(({ name }) => name);
  const named = [...document.querySelectorAll<HTMLScriptElement | HTMLLinkElement>("script[src], link[rel=stylesheet], link[rel=icon]")];
  const drawn = [...document.querySelectorAll("svg use")].map((use) => use.getAttribute("href") ?? "");
  const own = named.map((each) => (each instanceof HTMLScriptElement ? each.src : each.href));
  const urls = [...loaded, ...own, ...drawn].map((url) => new URL(url, location.href));
  const ours = urls.filter(({ origin, pathname }) => origin === location.origin && pathname.startsWith("/static/"));
  return [...new Set(ours.map(({ pathname }) => pathname))]; // a cache takes no address twice, whatever its fragment
}

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
