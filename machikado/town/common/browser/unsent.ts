/** Hands in the answers that wait on this machine. Sending one twice is harmless: its `sent_key` makes it one. */

import { pocketsWith } from "./pocket";
import { post, type Answer } from "./post";

const REFUSALS = [409, 422];

export interface Outcome {
  /** The codes of what was handed in. */
  readonly arrived: string[];
  /** The codes of what is a draft again. */
  readonly refused: string[];
}

/** Only the town's own refusal counts: what anybody else answers says nothing about the answer. */
function isRefusal({ status, reply }: Answer): boolean {
  return REFUSALS.includes(status) && reply.code !== undefined;
}

/** Sends what waits until the connection goes. What neither arrived nor was refused waits on. */
export async function handIn(account: string): Promise<Outcome> {
  const outcome: Outcome = { arrived: [], refused: [] };
  for (const pocket of pocketsWith("waiting", account)) {
    const waiting = pocket.kept("waiting");
    if (!waiting) continue; // another tab was quicker
    const answer = await post(waiting.to, waiting.body);
    if (!answer) break;
    if (answer.reply.next) {
      outcome.arrived.push(pocket.code);
      pocket.arrived(waiting.body);
    } else if (isRefusal(answer)) {
      outcome.refused.push(pocket.code);
      pocket.takeBack();
    }
  }
  return outcome;
}
