/** Requests within the time that a page has, each when its host's turn has come. */
import { inTime } from "../inTime.js";
import { createHostGate } from "./hostGate.js";
import { TransportError } from "./transport.js";
import type { Answer, Transport } from "./transport.js";

/** One page on its way. */
export interface Visit {
  readonly signal: AbortSignal;
  /** So far. */
  requests: number;
  /** What is left of its time on the network; waiting for a turn takes none of it. */
  milliseconds: number;
}

export interface RequestsDeps {
  readonly transport: Transport;
  readonly userAgent: string;
  readonly timeoutMilliseconds: number;
}

export interface Requests {
  readonly newVisit: (signal: AbortSignal) => Visit;
  /** What `use` makes of the answer, within the visit's time. `pauseMilliseconds`: since the last request to the host. */
  readonly get: <Result>(
    url: URL,
    visit: Visit,
    options: { readonly pauseMilliseconds: number; readonly headers: Readonly<Record<string, string>> },
    use: (answer: Answer) => Promise<Result>,
  ) => Promise<Result>;
}

/** Two requests to one host at a time. */
export function createRequests({ transport, userAgent, timeoutMilliseconds }: RequestsDeps): Requests {
  const gate = createHostGate({ most: 2 });
  return {
    newVisit: (signal) => ({ signal, requests: 0, milliseconds: timeoutMilliseconds }),
    get: (url, visit, { pauseMilliseconds, headers }, use) =>
      gate.run(url.host, { pauseMilliseconds, signal: visit.signal }, async () => {
        const milliseconds = Math.max(1, Math.ceil(visit.milliseconds));
        const began = performance.now();
        visit.requests += 1;
        return inTime({ milliseconds, signal: visit.signal }, async (signal, isOver) => {
          try {
            const sent = { "user-agent": userAgent, "accept-encoding": "gzip, deflate, br", ...headers };
            return await use(await transport.get(url, { headers: sent, signal }));
          } catch (error) {
            visit.signal.throwIfAborted();
            if (!isOver()) throw error;
            throw new TransportError("TIMEOUT", `took longer than ${timeoutMilliseconds} ms`, true, { cause: error });
          } finally {
            visit.milliseconds -= performance.now() - began;
          }
        });
      }),
  };
}
