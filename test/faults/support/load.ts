/**
 * Load: clients that change incidents over GraphQL whatever becomes of the servers, and remember what they were told. Every
 * change has an idempotency key; one whose answer was lost is sent again under its key until its outcome is known.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { post } from "../../support/graphql/client.js";
import type { Random } from "./random.js";

/** What a client was told about a call. */
export type Outcome =
  | {
      readonly kind: "done";
      readonly incidentId: string;
      /** Absent where everything was so already. */
      readonly entry?: { readonly eventId: string; readonly version: number } | undefined;
      readonly position: string;
    }
  | { readonly kind: "refused"; readonly codes: readonly string[] };

export interface Call {
  /** Its idempotency key; also in the texts of its input, so that its events can be told in the log. */
  readonly key: string;
  readonly mutation: string;
  readonly input: Readonly<Record<string, unknown>>;
  /** How often it was sent and no outcome came back. */
  lost: number;
  outcome?: Outcome;
}

/** An incident that clients know to be there. */
export interface KnownIncident {
  readonly incidentId: string;
  readonly position: string;
}

/** Everything that was asked for and answered, over all rounds on one ledger. */
export interface Book {
  readonly calls: Call[];
  readonly incidents: KnownIncident[];
  /** Answers that no fault excuses: a masked error, another outcome for a repeat. */
  readonly violations: string[];
  repeats: number;
}

export function createBook(): Book {
  return { calls: [], incidents: [], violations: [], repeats: 0 };
}

export interface LoadOptions {
  readonly book: Book;
  readonly random: Random;
  /** Of the servers that are up. */
  readonly urls: () => readonly string[];
  /** Put before every key; no two loads on a ledger have the same. */
  readonly name: string;
  readonly clients: number;
  /** A client gives up waiting for an answer after so long. @default 4,000 */
  readonly timeoutMilliseconds?: number;
}

export interface Load {
  /** Calls of this load that were done, so far. */
  acknowledged(): number;
  /** No new calls; resolves when none is under way. Some may have no outcome. */
  stop(): Promise<void>;
}

/** Starts clients that call, one call after the other each. */
export function startLoad(options: LoadOptions): Load {
  const { book, random, name, clients } = options;
  let stopped = false;
  let acknowledged = 0;
  let made = 0;
  const work = async () => {
    while (!stopped) {
      const done = book.calls.filter(({ outcome }) => outcome?.kind === "done");
      if (done.length > 0 && random.chance(0.08)) {
        await repeat(options, random.pick(done.slice(-200)));
        continue;
      }
      made += 1;
      const call = nextCall(`${name}-${made}`, book, random);
      book.calls.push(call);
      while (!stopped && call.outcome === undefined) await send(options, call);
      if (call.outcome?.kind === "done") acknowledged += 1;
    }
  };
  const working = Promise.all(Array.from({ length: clients }, work));
  return {
    acknowledged: () => acknowledged,
    stop: async () => {
      stopped = true;
      await working;
    },
  };
}

/** Sends every call that has no outcome again, until all have one. To be called when the faults are over. */
export async function settle(options: LoadOptions, withinMilliseconds = 20_000): Promise<void> {
  const deadline = performance.now() + withinMilliseconds;
  const open = options.book.calls.filter(({ outcome }) => outcome === undefined);
  const work = async () => {
    for (let call = open.pop(); call !== undefined; call = open.pop()) {
      while (call.outcome === undefined) {
        if (performance.now() > deadline) throw new Error(`${call.key} has no outcome, though the faults are over`);
        await send(options, call);
      }
    }
  };
  await Promise.all(Array.from({ length: options.clients }, work));
}

/** Sends a call whose outcome is known once more: it must be told the same. */
async function repeat(options: LoadOptions, call: Call): Promise<void> {
  const again: Call = { ...call };
  delete again.outcome;
  await send(options, again);
  options.book.repeats += 1;
  const told = again.outcome;
  if (told !== undefined && JSON.stringify(told) !== JSON.stringify(call.outcome)) {
    options.book.violations.push(
      `${call.key} was told ${JSON.stringify(call.outcome)}, and on repeat ${JSON.stringify(told)}`,
    );
  }
}

interface Payload {
  readonly incident: { readonly incidentId: string } | null;
  readonly entry: { readonly eventId: string; readonly version: number } | null;
  readonly errors: readonly { readonly code: string; readonly message: string }[];
  readonly position: string | null;
}

/** Sends a call once, and notes its outcome or that there was none. Never rejects. */
async function send({ book, random, urls, timeoutMilliseconds = 4_000 }: LoadOptions, call: Call): Promise<void> {
  const known = urls();
  if (known.length === 0) return sleep(10);
  const answer = await post<{ readonly payload: Payload }>(
    random.pick(known),
    { query: documents[call.mutation] ?? "", variables: { input: { ...call.input, idempotencyKey: call.key } } },
    AbortSignal.timeout(timeoutMilliseconds),
  ).catch(() => undefined);
  if (answer === undefined) {
    // The connection broke, or nobody answered in time. Not to come again in the same moment, when nobody listens yet.
    call.lost += 1;
    return sleep(random.between(5, 30));
  }
  const { data, errors = [] } = answer;
  for (const { message, extensions } of errors) {
    const code = String(extensions?.["code"]);
    if (!excused.has(code)) book.violations.push(`${call.key} ${call.mutation}: ${code} ${message}`);
  }
  if (data?.payload === undefined) {
    call.lost += 1;
    return sleep(random.between(5, 30));
  }
  note(book, call, data.payload);
}

/** What a server may say that is stopping, or whose store does not answer. */
const excused: ReadonlySet<string> = new Set(["UNAVAILABLE", "RATE_LIMITED"]);

function note(book: Book, call: Call, { incident, entry, errors, position }: Payload): void {
  const codes = errors.map(({ code }) => code);
  if (codes.some((code) => excused.has(code))) {
    call.lost += 1;
    return;
  }
  if (codes.length > 0) {
    call.outcome = { kind: "refused", codes };
    return;
  }
  if (incident === null || position === null) {
    book.violations.push(`${call.key} ${call.mutation}: done, but names no incident or position`);
    call.lost += 1;
    return;
  }
  call.outcome = { kind: "done", incidentId: incident.incidentId, position, ...(entry === null ? {} : { entry }) };
  if (call.mutation === "declareIncident") book.incidents.push({ incidentId: incident.incidentId, position });
}

const inputTypes: Readonly<Record<string, string>> = {
  declareIncident: "DeclareIncidentInput",
  addIncidentComment: "AddIncidentCommentInput",
  changeIncidentStatus: "ChangeIncidentStatusInput",
  reopenIncident: "ReopenIncidentInput",
  changeIncidentSeverity: "ChangeIncidentSeverityInput",
  recordTimelineEntry: "RecordTimelineEntryInput",
  linkIncident: "LinkIncidentInput",
  mergeIncidents: "MergeIncidentsInput",
  unmergeIncident: "UnmergeIncidentInput",
};

const selection = "incident { incidentId } entry { eventId version } errors { code message } position";

const documents: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(inputTypes).map(([mutation, type]) => [
    mutation,
    `mutation ($input: ${type}!) { payload: ${mutation}(input: $input) { ${selection} } }`,
  ]),
);

type Choice = readonly [
  weight: number,
  mutation: string,
  input: (key: string, random: Random) => Readonly<Record<string, unknown>>,
];

const severity = (random: Random) => random.pick(["P0", "P1", "P2", "P3"]);

/** How many incidents are written to at a time: few, so that writers meet. */
const liveIncidents = 8;

/** A call that nobody has made yet. Its key is in every text that it writes. */
function nextCall(key: string, { incidents }: Book, random: Random): Call {
  const known = incidents.slice(-liveIncidents);
  const declare: Choice = [
    8,
    "declareIncident",
    (title) => ({ title, severity: severity(random), services: [random.pick(["pay", "cart", "search"])] }),
  ];
  const one = () => random.pick(known).incidentId;
  const other = (than: string) => random.pick(known.filter(({ incidentId }) => incidentId !== than)).incidentId;
  const two = () => {
    const incidentId = one();
    return { incidentId, other: other(incidentId) };
  };
  const choices: readonly Choice[] =
    known.length < 3
      ? [declare]
      : [
          declare,
          [40, "addIncidentComment", (text) => ({ incidentId: one(), text })],
          [
            16,
            "changeIncidentStatus",
            (reason) => ({
              incidentId: one(),
              reason,
              to: random.pick(["ACKNOWLEDGED", "INVESTIGATING", "MITIGATED", "RESOLVED", "CLOSED"]),
            }),
          ],
          [6, "reopenIncident", (reason) => ({ incidentId: one(), reason })],
          [12, "changeIncidentSeverity", (reason) => ({ incidentId: one(), reason, to: severity(random) })],
          [10, "recordTimelineEntry", (text) => ({ incidentId: one(), text })],
          [
            6,
            "linkIncident",
            (title) => {
              const { incidentId, other: target } = two();
              return { incidentId, kind: "INCIDENT", target, title };
            },
          ],
          [
            4,
            "mergeIncidents",
            (reason) => {
              const { incidentId, other: intoIncidentId } = two();
              return { incidentId, intoIncidentId, reason };
            },
          ],
          [4, "unmergeIncident", (reason) => ({ incidentId: one(), reason })],
        ];
  let place = random.between(
    1,
    choices.reduce((sum, [weight]) => sum + weight, 0),
  );
  for (const [weight, mutation, input] of choices) {
    place -= weight;
    if (place <= 0) return { key, mutation, input: input(key, random), lost: 0 };
  }
  throw new Error("the weights do not add up");
}
