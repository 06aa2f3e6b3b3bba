/** Posts what was typed as a script does, and reads the answer: a missing connection and an answer that is not ours are told apart. */

const LONGEST_MS = 20_000;

/** What the town answers. Where nothing of it is there, somebody else answered: a proxy, or a network that wants a sign-in first. */
export interface Reply {
  readonly next?: string;
  readonly kept?: boolean;
  readonly time?: string;
  readonly code?: string;
  readonly sentence?: string;
  readonly errors?: Record<string, string>;
}

export interface Answer {
  readonly status: number;
  readonly reply: Reply;
}

/** The secret against forged requests as it is now: signing in again in another tab has changed what the page brought along. */
function token(): string {
  return /(?:^|; )csrftoken=([^;]*)/.exec(document.cookie)?.[1] ?? "";
}

function parsed(text: string): Reply {
  try {
    const found: unknown = JSON.parse(text);
    return typeof found === "object" && found !== null ? found : {};
  } catch {
    return {}; // it says that it is JSON and is not: nobody of ours said it
  }
}

/** Posts a form's body. Returns null when there is no connection, or none that answers in time. */
export async function post(url: string, body: string): Promise<Answer | null> {
  const fields = new URLSearchParams(body);
  fields.set("csrfmiddlewaretoken", token());
  try {
    const answer = await fetch(url, {
      method: "POST",
      body: fields,
      headers: { Accept: "application/json", "X-Requested-With": "fetch" },
      keepalive: body.length < 60_000,
      signal: AbortSignal.timeout(LONGEST_MS),
    });
    const isJson = answer.headers.get("content-type")?.includes("json") ?? false;
    return { status: answer.status, reply: isJson ? parsed(await answer.text()) : {} };
  } catch {
    return null;
  }
}
