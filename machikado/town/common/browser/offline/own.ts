/** Pages that are kept on this machine for one person: each with the account that it is for and the moment when it is over. */

const OWN = "machikado-own";
const FOR = "X-Kept-For";
const OVER = "X-Over-At";
const SHELF = "X-Shelf";
const LOOKS_AT = "machikado.viewer"; // the account that looked at the last page of this browser

export interface Page {
  readonly html: string;
  readonly seconds: number;
}

/** For whom pages are kept, under which security policy, and in which cache the files are that they need. */
export interface Keeping {
  readonly account: string;
  readonly policy: string;
  readonly shelf: string;
}

function isOver(page: Response): boolean {
  return Number(page.headers.get(OVER)) <= Date.now();
}

/** The first page that is kept at such an address and is not over; those that are over are taken away. */
export async function kept(at: string): Promise<Response | undefined> {
  if (!(await caches.has(OWN))) return undefined;
  const cache = await caches.open(OWN);
  let found: Response | undefined;
  for (const request of await cache.keys()) {
    if (new URL(request.url).pathname !== at) continue;
    const page = await cache.match(request);
    if (page && isOver(page)) await cache.delete(request);
    else found ??= page;
  }
  return found;
}

/** The cache in which the files of a kept page are. */
export function shelfOf(page: Response): string {
  return page.headers.get(SHELF) ?? "";
}

async function take(isTaken: (page: Response, at: string) => boolean): Promise<void> {
  if (!("caches" in window) || !(await caches.has(OWN))) return;
  const cache = await caches.open(OWN);
  for (const request of await cache.keys()) {
    const page = await cache.match(request);
    if (page && isTaken(page, new URL(request.url).pathname)) await cache.delete(request);
  }
}

/** Nobody who signs in after somebody else finds what was kept for them, nor does a visitor. */
export async function forgetOthers(account: string): Promise<void> {
  note(account);
  await take((page) => page.headers.get(FOR) !== account || isOver(page));
}

/** Take everything away, as somebody signs out. */
export async function forgetAll(): Promise<void> {
  note("");
  if ("caches" in window) await caches.delete(OWN);
}

function note(account: string): void {
  try {
    if (account) localStorage.setItem(LOOKS_AT, account);
    else localStorage.removeItem(LOOKS_AT);
  } catch {
    // storage is closed to us: then nothing is kept
  }
}

function looks(account: string): boolean {
  try {
    return (localStorage.getItem(LOOKS_AT) ?? "") === account;
  } catch {
    return false;
  }
}

function answer(page: Page, { account, policy, shelf }: Keeping): Response {
  const headers = new Headers({ "Content-Type": "text/html; charset=utf-8", [FOR]: account, [SHELF]: shelf });
  headers.set("Content-Security-Policy", policy);
  headers.set(OVER, String(Date.now() + page.seconds * 1000));
  return new Response(page.html, { headers });
}

/** Keep these pages at an address, in their order, instead of those before. Whoever signed out meanwhile leaves none. */
export async function keep(at: string, pages: readonly Page[], keeping: Keeping): Promise<void> {
  await take((_page, where) => where === at);
  if (!pages.length || !looks(keeping.account)) return;
  const cache = await caches.open(OWN);
  for (const [number, page] of pages.entries()) await cache.put(`${at}?${number}`, answer(page, keeping));
  if (!looks(keeping.account)) await caches.delete(OWN);
}
