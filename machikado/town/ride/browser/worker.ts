/** The service worker of whoever rides: the town's answer comes first; without a network, the next trip as it was kept. */

import { kept, shelfOf } from "../../common/browser/offline/own";
import { ask, scope, type FetchLike, type WorkerEvent } from "../../common/browser/offline/scope";

/** The town writes this before the script: another set of files makes another worker. */
interface Facts {
  readonly version: string;
  readonly files: readonly string[];
  readonly kept: string;
  readonly refuge: string;
}

const facts = (self as unknown as { readonly facts: Facts }).facts;
const SHELVES = "machikado-ride-";
const SHELF = SHELVES + facts.version;
const QUIET_MS = 30_000; // so long after a page did not come, its files are not waited for
let failedAt = 0;

async function refuge(): Promise<Response> {
  return (await caches.match(facts.refuge, { ignoreVary: true })) ?? Response.error();
}

/** A page; what was sent with a form is sent once, and never again by us. */
async function page(request: Request): Promise<Response> {
  const trip = request.method === "GET" ? await kept(facts.kept) : undefined;
  try {
    return await ask(request, trip !== undefined);
  } catch {
    failedAt = Date.now();
    return trip ?? (await refuge());
  }
}

/** A file: of the version that belongs to the kept page, if there is one. */
async function stored(request: Request): Promise<Response | undefined> {
  const trip = await kept(facts.kept);
  const shelves = [...(trip ? [shelfOf(trip)] : []), SHELF];
  for (const cacheName of shelves) {
    const found = await caches.match(request, { cacheName, ignoreVary: true });
    if (found) return found;
  }
  return undefined;
}

async function file(request: Request): Promise<Response> {
  const before = Date.now() - failedAt < QUIET_MS ? await stored(request) : undefined;
  if (before) return before;
  try {
    return await fetch(request);
  } catch (fault) {
    const found = await stored(request);
    if (found) return found;
    throw fault;
  }
}

async function removeOldShelves(): Promise<void> {
  const trip = await kept(facts.kept);
  const needed = [SHELF, ...(trip ? [shelfOf(trip)] : [])];
  const old = (await caches.keys()).filter((name) => name.startsWith(SHELVES) && !needed.includes(name));
  await Promise.all(old.map((name) => caches.delete(name)));
}

function isFile({ method, url }: Request): boolean {
  const { origin, pathname } = new URL(url);
  const isKept = facts.files.includes(pathname) || pathname.endsWith(".woff2");
  return method === "GET" && origin === scope.location.origin && isKept;
}

// A new worker waits until the pages of the one before are closed: it takes nothing away under them.
scope.addEventListener("install", (event) =>
  (event as WorkerEvent).waitUntil(caches.open(SHELF).then((shelf) => shelf.addAll([facts.refuge, ...facts.files]))),
);
scope.addEventListener("activate", (event) =>
  (event as WorkerEvent).waitUntil(removeOldShelves().then(() => scope.clients.claim())),
);
scope.addEventListener("fetch", (event) => {
  const asked = event as FetchLike;
  if (asked.request.mode === "navigate") asked.respondWith(page(asked.request));
  else if (isFile(asked.request)) asked.respondWith(file(asked.request));
});
