/** The service that `docs/guides/add-a-service.md` adds: tickets of a help desk, which its feed on loopback stands for. */
// #region service
import type { JsonObject } from "../../../src/domain/kernel/json.js";
import { z } from "zod";
import { failureOfStatus, readAnswer } from "../../../src/adapters/services/failures.js";
import { polled, toJsonObject } from "../../../src/adapters/services/polled.js";
import { createServiceFetch } from "../../../src/adapters/services/serviceFetch.js";
import type { IntegrationService } from "../../../src/domain/integrations/index.js";
import { toMilliseconds } from "../../../src/domain/kernel/time.js";

export interface TicketsDeps {
  readonly apiUrl: string;
  readonly timeoutMilliseconds: number;
}

const title = "Tickets";
/** `lastTicketId`: what was read last. A text, as all cursors: a number loses digits where it is large. */
const State = z.strictObject({ desk: z.string().min(1).max(100), lastTicketId: z.string().regex(/^\d+$/).optional() });
const Credential = z.strictObject({ token: z.string().min(1).max(1_000) });
const Answer = z.object({
  items: z.array(z.object({ id: z.number(), at: z.iso.datetime(), text: z.string() })),
  cursor: z.coerce.string().nullable(),
});

export function createTickets({ apiUrl, timeoutMilliseconds }: TicketsDeps): IntegrationService {
  return {
    type: "tickets",
    title,
    mode: "POLL",
    leastIntervalMs: 30_000,
    defaultIntervalMs: 60_000,
    concurrency: 5,
    state: State.transform(toJsonObject),
    credential: Credential,
    personal: [],
    accountKey: () => undefined,
    hasCursor: (state) => State.parse(state).lastTicketId !== undefined,
    isForward: (before, next) => cursorOf(next) >= cursorOf(before),
    withoutCursor: (state) => ({ desk: State.parse(state).desk }),
    poll: (work) =>
      polled(title, work.signal, async function* (signal) {
        const get = createServiceFetch({ timeoutMilliseconds, signal });
        const { token } = Credential.parse(work.credential);
        const { desk, lastTicketId } = State.parse(work.state);
        let last = lastTicketId ?? "0";
        for (;;) {
          const url = new URL(`${apiUrl}/events?${new URLSearchParams({ desk, since: last }).toString()}`);
          const response = await get(url, { headers: { authorization: `Bearer ${token}` } });
          if (!response.ok) {
            const retryAfter = response.headers.get("retry-after") ?? undefined;
            throw failureOfStatus(title, { status: response.status, retryAfter }, toMilliseconds(work.now));
          }
          const { items, cursor } = readAnswer(title, Answer, await response.json());
          if (items.length === 0) break;
          last = cursor ?? last;
          // The first poll only finds the cursor, unless a lost one is made good.
          const isTold = lastTicketId !== undefined || work.resyncSince !== undefined;
          if (isTold) yield { items: items.map(toItem), state: { desk, lastTicketId: last } };
        }
        if (lastTicketId === undefined) yield { items: [], state: { desk, lastTicketId: last } };
      }),
  };
}

function cursorOf(state: JsonObject): bigint {
  return BigInt(State.parse(state).lastTicketId ?? -1);
}

function toItem({ id, at, text }: z.output<typeof Answer>["items"][number]) {
  return { id: `tickets:${id}`, kind: "ticket", occurredAt: at, data: { id, at, text } };
}
// #endregion
