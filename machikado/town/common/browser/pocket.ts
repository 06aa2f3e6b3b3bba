/** What was typed, kept on this machine until it has arrived: drafts, other versions of them, answers that wait for a connection. */

/** What was typed: where it is handed in, and what the centre held of it when it was typed. */
export interface Typed {
  readonly to: string;
  readonly body: string;
  readonly base: string;
}

export interface Kept extends Typed {
  readonly at: string;
}

type Kind = "draft" | "other" | "waiting";

const KINDS: readonly Kind[] = ["draft", "other", "waiting"];
const NOT_TYPED = ["sent_key", "seconds"];

function keyOf(kind: Kind, account: string, code: string): string {
  return `machikado.${kind}.${account}.${code}`;
}

function read(key: string): Kept | null {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(key) ?? "null");
    if (typeof found !== "object" || found === null) return null;
    const { at, to, body, base } = found as Record<string, unknown>;
    const isWhole = typeof at === "string" && typeof to === "string" && typeof body === "string" && typeof base === "string";
    return isWhole ? { at, to, body, base } : null;
  } catch {
    return null; // storage may be closed to us, or somebody wrote nonsense into it
  }
}

function write(key: string, { to, body, base }: Typed): boolean {
  try {
    localStorage.setItem(key, JSON.stringify({ at: new Date().toISOString(), to, body, base }));
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

/** The values of a body, without what the page counts and makes by itself. */
export function values(body: string): string {
  const fields = new URLSearchParams(body);
  for (const name of NOT_TYPED) fields.delete(name);
  return fields.toString();
}

export class Pocket {
  constructor(
    readonly account: string,
    readonly code: string,
  ) {}

  kept(kind: Kind): Kept | null {
    return read(keyOf(kind, this.account, this.code));
  }

  keep(kind: Kind, typed: Typed): boolean {
    return write(keyOf(kind, this.account, this.code), typed);
  }

  drop(kind: Kind): void {
    remove(keyOf(kind, this.account, this.code));
  }

  /** This arrived as a draft: what was typed after it stays. */
  dropDraft(body: string): void {
    const draft = this.kept("draft");
    if (draft && values(draft.body) === values(body)) this.drop("draft");
  }

  /** This was handed in: what was typed after it stays. */
  arrived(body: string): void {
    this.drop("waiting");
    this.dropDraft(body);
  }

  /** The answer waits no longer: it is a draft again. */
  takeBack(): void {
    const answer = this.kept("waiting");
    if (answer && !this.kept("draft")) this.keep("draft", answer);
    this.drop("waiting");
  }

  clear(): void {
    for (const kind of KINDS) this.drop(kind);
  }
}

/** The pockets of this account in which something of this kind is. */
export function pocketsWith(kind: Kind, account: string): Pocket[] {
  const start = keyOf(kind, account, "");
  const codes = keys().flatMap((key) => (key.startsWith(start) ? key.slice(start.length) : []));
  return codes.map((code) => new Pocket(account, code)).filter((pocket) => pocket.kept(kind) !== null);
}

/** The pockets of this account in which anything is. */
export function fullPockets(account: string): Pocket[] {
  const found = new Map<string, Pocket>();
  for (const kind of KINDS) for (const pocket of pocketsWith(kind, account)) found.set(pocket.code, pocket);
  return [...found.values()];
}
