/** The files of the town that this page has loaded, as addresses without their fragments. */
export function needed(): string[] {
  const loaded = performance.getEntriesByType("resource").map(({ name }) => name);
  const named = [...document.querySelectorAll<HTMLScriptElement | HTMLLinkElement>("script[src], link[rel=stylesheet], link[rel=icon]")];
  const drawn = [...document.querySelectorAll("svg use")].map((use) => use.getAttribute("href") ?? "");
  const own = named.map((each) => (each instanceof HTMLScriptElement ? each.src : each.href));
  const urls = [...loaded, ...own, ...drawn].map((url) => new URL(url, location.href));
  const ours = urls.filter(({ origin, pathname }) => origin === location.origin && pathname.startsWith("/static/"));
  return [...new Set(ours.map(({ pathname }) => pathname))]; // a cache takes no address twice, whatever its fragment
}
