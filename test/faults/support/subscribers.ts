/** Subscribers that resume: after every break they connect again behind the last message they have seen. */
import { setTimeout as sleep } from "node:timers/promises";
import { parseStreamName } from "../../../src/domain/kernel/streamName.js";
import { webSocketClient } from "../../support/graphql/client.js";
import type { Random } from "./random.js";

/** An event as a subscriber saw it. */
export interface Sighting {
  readonly incidentId: string;
  readonly version: number;
}

export interface SubscriberOptions {
  readonly name: string;
  /** Of the servers that are up. */
  readonly webSocketUrls: () => readonly string[];
  readonly random: Random;
  /** A subscription whose one field is called `message`, with a variable `after`. */
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  /** Where to begin. */
  readonly after: string;
}

export interface Subscriber {
  readonly name: string;
  readonly seen: readonly Sighting[];
  /** How often it had to connect. */
  readonly connections: number;
  /** Why it was last broken off. */
  readonly lastEnding: string;
  /** Breaks the connection, as a client does that moves to another network. */
  breakOff(): void;
  close(): Promise<void>;
}

/** What all the subscriptions below select. */
interface Message {
  readonly entry?: { readonly id: string; readonly version: number };
  readonly event?: { readonly streamId: string; readonly version: number };
  readonly position: string;
}

export const eventsQuery = `subscription ($after: String) {
  message: events(after: $after) { event { streamId version } position }
}`;

export const changesQuery = `subscription ($filter: IncidentChangeFilter, $after: String) {
  message: incidentChanged(filter: $filter, after: $after) { entry { id version } position }
}`;

export const timelineQuery = `subscription ($incidentId: ID!, $after: String) {
  message: incidentTimeline(incidentId: $incidentId, after: $after) { entry { id version } position }
}`;

export function startSubscriber(options: SubscriberOptions): Subscriber {
  const { name, webSocketUrls, random, query, variables } = options;
  const seen: Sighting[] = [];
  let cursor = options.after;
  let closed = false;
  let connections = 0;
  let lastEnding = "";
  let breakOff = () => undefined as void;

  /** One connection, from its opening to its break. */
  const follow = (url: string): Promise<void> => {
    const client = webSocketClient(url);
    connections += 1;
    return new Promise((resolve) => {
      let live = true;
      const end = (why: string) => {
        // What still comes over a connection that was given up is not taken any more: it comes again over the next.
        live = false;
        lastEnding = why;
        client.terminate();
        resolve();
      };
      breakOff = () => end("broken off by the client");
      client.subscribe<{ readonly message: Message }>(
        { query, variables: { ...variables, after: cursor } },
        {
          next: ({ data, errors }) => {
            if (!live) return;
            if (data?.message == null) return end(JSON.stringify(errors));
            seen.push(toSighting(data.message));
            cursor = data.message.position;
          },
          error: (error) => end(describe(error)),
          complete: () => end("completed by the server"),
        },
      );
    });
  };

  const running = (async () => {
    while (!closed) {
      const urls = webSocketUrls();
      if (urls.length > 0) await follow(random.pick(urls));
      // Not to come again in the same moment, when nobody listens yet.
      if (!closed) await sleep(random.between(5, 30));
    }
  })();

  return {
    name,
    seen,
    get connections() {
      return connections;
    },
    get lastEnding() {
      return lastEnding;
    },
    breakOff: () => breakOff(),
    close: async () => {
      closed = true;
      breakOff();
      await running;
    },
  };
}

function toSighting({ entry, event }: Message): Sighting {
  if (entry !== undefined) return { incidentId: incidentIdIn(entry.id), version: entry.version };
  if (event !== undefined) return { incidentId: parseStreamName(event.streamId).id, version: event.version };
  throw new Error("a message has an entry or an event");
}

/** The incident in the global id of an entry: `TimelineEntry:<incident>/<instant>/<event>`. */
function incidentIdIn(globalId: string): string {
  const [, incidentId = ""] = /^TimelineEntry:([^/]+)\//.exec(Buffer.from(globalId, "base64url").toString()) ?? [];
  return incidentId;
}

function describe(error: unknown): string {
  if (error instanceof Error) return error.message;
  const { code, reason } = (error ?? {}) as { readonly code?: number; readonly reason?: string };
  return code === undefined ? JSON.stringify(error) : `closed with ${code} ${reason}`;
}
