/** Hands in answers that were finished without a connection. Sending one twice is harmless: its `sent_key` makes it one. */

import { waitingAnswers } from "./local";

const AGAIN_MS = 15_000;

export interface Reply {
  readonly next?: string;
  readonly sentence?: string;
  readonly errors?: Record<string, string>;
}

/** Posts a form's body as a script does; the answer is JSON. Throws TypeError when there is no connection. */
export async function post(url: string, body: string): Promise<{ status: number; reply: Reply }> {
  const answer = await fetch(url, {
    method: "POST",
    body: new URLSearchParams(body),
    headers: { Accept: "application/json", "X-Requested-With": "fetch" },
    keepalive: body.length < 60_000,
  });
  const isJson = answer.headers.get("content-type")?.includes("json") ?? false;
  return { status: answer.status, reply: isJson ? ((await answer.json()) as Reply) : {} };
}

/** The same body with the token of the page that is open now. */
function signed(body: string, token: string): string {
  const fields = new URLSearchParams(body);
  fields.set("csrfmiddlewaretoken", token);
  return fields.toString();
}

interface Outcome {
  arrived: number;
  refused: number;
}

/** Sends what waits. What is refused stays with the begun work: at the centre, or on this machine where it was not sound. */
async function sendAll(account: string, address: (code: string) => string, token: string): Promise<Outcome> {
  const outcome = { arrived: 0, refused: 0 };
  for (const { pocket, body } of waitingAnswers(account)) {
    const { status } = await post(address(pocket.code), signed(body, token));
    if (status === 200) {
      outcome.arrived += 1;
      pocket.clear();
    } else if (status === 409 || status === 422 || status === 404) {
      outcome.refused += 1;
      pocket.dropAnswer();
    }
  }
  return outcome;
}

function reveal(id: string, count: number): void {
  if (count) document.getElementById(id)?.removeAttribute("hidden");
}

/** On pages that only wait (the home): send now, when the connection comes back, and every quarter of a minute. */
export function watchOutbox(place: HTMLElement): void {
  const { account = "", submit = "", token = "" } = place.dataset;
  const address = (code: string): string => submit.replace("CODE", code);
  const send = (): void => {
    if (!waitingAnswers(account).length) return;
    sendAll(account, address, token).then(
      ({ arrived, refused }) => {
        reveal("outbox-arrived", arrived);
        reveal("outbox-refused", refused);
      },
      () => undefined, // still no connection: the next round comes by itself
    );
  };
  window.addEventListener("online", send);
  window.setInterval(send, AGAIN_MS);
  send();
}
