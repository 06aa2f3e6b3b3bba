/** The service worker of the tablet: what the town answers comes first; in a dead zone, what was kept. */

import { ask, scope, type FetchLike, type WorkerEvent } from "../../common/browser/offline/scope";

const CACHE = "machikado-drive";

/** A page that drivers come back to, or one of the files that it needs. */
function isKept(request: Request): boolean {
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== scope.location.origin) return false;
  return pathname.startsWith("/static/") || (request.mode === "navigate" && pathname.endsWith("/run/"));
}

async function answered(request: Request): Promise<Response> {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(request, { ignoreVary: true });
  try {
    const fresh = await ask(request, kept !== undefined);
    if (fresh.ok && !fresh.redirected) await cache.put(request, fresh.clone());
    return fresh;
  } catch (fault) {
    if (kept) return kept;
    throw fault;
  }
}

scope.addEventListener("install", (event) => (event as WorkerEvent).waitUntil(scope.skipWaiting()));
scope.addEventListener("activate", (event) => (event as WorkerEvent).waitUntil(scope.clients.claim()));
scope.addEventListener("fetch", (event) => {
  const asked = event as FetchLike;
  if (isKept(asked.request)) asked.respondWith(answered(asked.request));
});
