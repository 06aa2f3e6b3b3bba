/** The same task open twice in one browser: both pages are told, and a page whose task was handed in elsewhere too. */

type Word = { readonly code: string; readonly what: "open" | "here" | "sent" };

const CHANNEL = "machikado.tasks";

export interface Told {
  readonly twice: () => void;
  readonly sent: () => void;
}

/** Returns what says to the other pages that this one has handed the task in. */
export function watchTabs(code: string, told: Told): () => void {
  const channel = new BroadcastChannel(CHANNEL);
  const say = (what: Word["what"]): void => channel.postMessage({ code, what } satisfies Word);
  channel.addEventListener("message", (event: MessageEvent<Word>) => {
    if (event.data.code !== code) return;
    if (event.data.what === "sent") return told.sent();
    if (event.data.what === "open") say("here");
    told.twice();
  });
  say("open");
  return () => say("sent");
}

/** Tell the pages of this task that it was handed in from a page that is not about it. */
export function sayHandedIn(code: string): void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.postMessage({ code, what: "sent" } satisfies Word);
  channel.close();
}
