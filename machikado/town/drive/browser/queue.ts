/** The presses that wait on this tablet until the town has confirmed them: in IndexedDB, so that a reload or an empty battery loses none. */

export interface Press {
  readonly key: string;
  readonly kind: string;
  readonly on: string;
  readonly yen?: number;
  readonly paid?: string;
  readonly card?: string;
  readonly what?: string;
  /** By the tablet's own clock, and how far that was off when it last heard from the town (milliseconds). */
  readonly at: number;
  readonly offset: number;
}

const NAME = "machikado-drive";
const STORE = "presses";

function asked<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("IndexedDB"));
  });
}

function opened(): Promise<IDBDatabase> {
  const request = indexedDB.open(NAME, 1);
  request.onupgradeneeded = () => {
    const store = request.result.createObjectStore(STORE, { keyPath: "n", autoIncrement: true });
    store.createIndex("shift", "shift");
  };
  return asked(request);
}

export class Queue {
  private constructor(
    private readonly database: IDBDatabase,
    readonly shift: string,
  ) {}

  static async of(shift: string): Promise<Queue> {
    return new Queue(await opened(), shift);
  }

  /** Keep a press; it is on the disk when this returns. */
  async add(press: Press): Promise<void> {
    const work = this.database.transaction(STORE, "readwrite", { durability: "strict" });
    work.objectStore(STORE).add({ ...press, shift: this.shift });
    await new Promise<void>((resolve, reject) => {
      work.oncomplete = () => resolve();
      work.onerror = () => reject(work.error ?? new Error("IndexedDB"));
    });
  }

  /** All that wait, in the order in which they were pressed. */
  async waiting(): Promise<Press[]> {
    const index = this.database.transaction(STORE).objectStore(STORE).index("shift");
    return asked<Press[]>(index.getAll(this.shift));
  }

  /** These have been confirmed. */
  async drop(keys: ReadonlySet<string>): Promise<void> {
    const store = this.database.transaction(STORE, "readwrite").objectStore(STORE);
    const rows = await asked<(Press & { n: number })[]>(store.index("shift").getAll(this.shift));
    await Promise.all(rows.filter(({ key }) => keys.has(key)).map(({ n }) => asked(store.delete(n))));
  }
}
