/** The task page. Without this script it is one plain form; with it, it keeps, leads, shows and sends. */

import { Pocket } from "../../common/browser/pocket";
import { Items } from "./items";
import { Keeping } from "./keeping";
import { watchReadings } from "./reading";
import { Sending } from "./sending";
import { watchTabs } from "./twotabs";
import { offerOtherVersion } from "./versions";
import { Viewer } from "./viewer";

/** The sentences that the page brings along. */
function wordsOf(form: HTMLFormElement): (name: string) => string {
  return (name) => form.dataset[name] ?? "";
}

/** Say something that must not be missed, above the form; what stands there already is not said again. */
function tell(sentence: string): void {
  const place = document.getElementById("notice");
  const words = place?.querySelector("strong");
  if (!place || !words) return;
  if (words.textContent !== sentence) words.textContent = sentence;
  place.hidden = sentence === "";
}

function start(form: HTMLFormElement): void {
  const word = wordsOf(form);
  const pocket = new Pocket(word("account"), word("code"));
  const figure = document.querySelector<HTMLElement>("[data-viewer]");
  const viewer = figure ? new Viewer(figure) : null;
  const keeping = new Keeping(form, pocket, { saved: word("saved"), offline: word("offline"), unsaved: word("unsaved") }, tell);
  keeping.restore();
  const words = { next: word("next"), submit: word("submit"), of: word("of") };
  const items = new Items(form, words, (snippet) => viewer?.look(snippet));
  watchReadings(form);
  offerOtherVersion(pocket, keeping);
  const told = {
    twice: () => tell(word("twice")),
    sent: () => {
      tell(word("sentElsewhere"));
      sending.end();
    },
  };
  const arrived = watchTabs(word("code"), told);
  const sending = new Sending(form, { pocket, keeping, items, tell, arrived });
  items.begin();
}

const form = document.getElementById("answer");
if (form instanceof HTMLFormElement) start(form);
