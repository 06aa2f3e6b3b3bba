/** What was typed, kept on this machine until it has arrived: drafts, and answers that wait for a connection. */

export interface Mirror {
  readonly at: string;
  readonly body: string;
}

const DRAFT = "machikado.draft";
const WAITING = "machikado.waiting";

function keyOf(kind: string, account: string, code: string): string {
  return `${kind}.${account}.${code}`;
}

function read(key: string): Mirror | null {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(key) ?? "null");
    if (typeof found !== "object" || found === null) return null;
    const { at, body } = found as Record<string, unknown>;
    return typeof at === "string" && typeof body === "string" ? { at, body } : null;
  } catch {
    return null; // storage may be closed to us, or somebody wrote nonsense into it
  }
}

function write(key: string, body: string): boolean {
  try {
    localStorage.setItem(key, JSON.stringify({ at: new Date().toISOString(), body }));
    return true;
  } catch {
    return false;
  }
}

function remove(key: string): void {
  try {
    localStorage.removeItem(key);
  } catch {
    // then nothing was kept either
  }
}

function keys(): string[] {
  try {
    return Object.keys(localStorage);
  } catch {
    return [];
  }
}

export class Pocket {
  constructor(
    readonly account: string,
    readonly code: string,
  ) {}

  draft(): Mirror | null {
    return read(keyOf(DRAFT, this.account, this.code));
  }

  keepDraft(body: string): boolean {
    return write(keyOf(DRAFT, this.account, this.code), body);
  }

  keepAnswer(body: string): boolean {
    return write(keyOf(WAITING, this.account, this.code), body);
  }

  /** The answer waits no longer; what was typed stays until the task is opened again. */
  dropAnswer(): void {
    remove(keyOf(WAITING, this.account, this.code));
  }

  clear(): void {
    for (const kind of [DRAFT, WAITING]) remove(keyOf(kind, this.account, this.code));
  }
}

export interface Waiting {
  readonly pocket: Pocket;
  readonly body: string;
}

/** The answers of this account that have not arrived yet. */
export function waitingAnswers(account: string): Waiting[] {
  const start = `${WAITING}.${account}.`;
  const found: Waiting[] = [];
  for (const key of keys()) {
    const mirror = key.startsWith(start) ? read(key) : null;
    if (mirror) found.push({ pocket: new Pocket(account, key.slice(start.length)), body: mirror.body });
  }
  return found;
}
