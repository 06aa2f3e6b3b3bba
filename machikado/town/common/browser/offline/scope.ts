/** What a service worker is to its script: its events, and how long it waits for the town before it shows what was kept. */

const LONGEST_MS = 6_000;

export interface WorkerEvent extends Event {
  waitUntil(done: Promise<unknown>): void;
}

export interface FetchLike extends WorkerEvent {
  readonly request: Request;
  respondWith(answer: Promise<Response>): void;
}

export interface Scope extends EventTarget {
  readonly location: Location;
  readonly clients: { claim(): Promise<void> };
  skipWaiting(): Promise<void>;
}

export const scope = self as unknown as Scope;

/** Ask the town; where there is something else to show, no longer than a person waits for its first word. */
export async function ask(request: Request, hasOther: boolean): Promise<Response> {
  if (!hasOther) return fetch(request);
  const patience = new AbortController();
  const bell = setTimeout(() => patience.abort(), LONGEST_MS);
  try {
    return await fetch(request, { signal: patience.signal });
  } finally {
    clearTimeout(bell);
  }
}
