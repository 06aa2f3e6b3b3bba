/** The same task open twice in one browser: the later page is told, and a page whose task was handed in elsewhere too. */

type Word = { readonly code: string; readonly what: "open" | "here" | "sent" };

export interface TabWords {
  readonly twice: string;
  readonly sent: string;
}

export function watchTabs(code: string, tell: (sentence: string) => void, words: TabWords): () => void {
  const channel = new BroadcastChannel("machikado.tasks");
  const say = (what: Word["what"]): void => channel.postMessage({ code, what } satisfies Word);
  channel.addEventListener("message", (event: MessageEvent<Word>) => {
    if (event.data.code !== code) return;
    if (event.data.what === "open") say("here");
    else if (event.data.what === "here") tell(words.twice);
    else tell(words.sent);
  });
  say("open");
  return () => say("sent");
}
