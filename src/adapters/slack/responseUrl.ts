/** Answers to a person who pressed a button, by the address that Slack sent with the press. */

/** Tells the person, and nobody else. Throws where Slack does not take it. */
export type Respond = (address: string, text: string) => Promise<void>;

export interface ResponderDeps {
  /** The only origin that is ever asked: the address comes with a request. @default https://hooks.slack.com */
  readonly origin?: string | undefined;
  /** Milliseconds that an answer may take. @default 5,000 */
  readonly milliseconds?: number | undefined;
}

/** An address that is none of Slack's is refused before anything is sent. */
export class ForeignAddressError extends Error {}

export function createResponder({
  origin = "https://hooks.slack.com",
  milliseconds = 5_000,
}: ResponderDeps = {}): Respond {
  return async (address, text) => {
    if (!isOf(origin, address)) throw new ForeignAddressError("the address for answers is none of Slack's");
    const response = await fetch(address, {
      method: "POST",
      redirect: "error",
      headers: { "content-type": "application/json; charset=utf-8" },
      body: JSON.stringify({ response_type: "ephemeral", replace_original: false, text }),
      signal: AbortSignal.timeout(milliseconds),
    });
    await response.body?.cancel();
    if (!response.ok) throw new Error(`Slack answers ${response.status}`);
  };
}

function isOf(origin: string, address: string): boolean {
  if (!URL.canParse(address)) return false;
  const url = new URL(address);
  return url.origin === origin && url.username === "" && url.password === "";
}
