/**
 * A server on loopback that speaks EventBridge's protocol (AWS JSON 1.1, `AWSEvents.PutEvents`), keeps AWS's limits, and fails
 * as it is told to.
 */
import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { toRuleEvent } from "../../src/adapters/bus/busEntry.js";
import { compilePattern } from "../../src/adapters/bus/eventPattern.js";
import type { EventMatcher, PatternEvent } from "../../src/adapters/bus/eventPattern.js";

/** An entry as it comes over the wire. */
export interface WireEntry {
  readonly Source?: string;
  readonly DetailType?: string;
  readonly Detail?: string;
  /** Seconds since the epoch. */
  readonly Time?: number;
  readonly EventBusName?: string;
}

/** What becomes of a request: served when undefined. */
export type RequestFault =
  | { readonly kind: "error"; readonly status: number; readonly type: string }
  /** The connection is cut before anything is taken. */
  | { readonly kind: "drop" }
  /** All is taken, and the connection is cut before the answer. */
  | { readonly kind: "drop after" }
  /** Never answered. */
  | { readonly kind: "silence" }
  /** Served, but not before this has come. */
  | { readonly kind: "hold"; readonly until: Promise<void> };

export interface EventBridgeServer {
  readonly url: string;
  /** Every request that was well-formed, oldest first. */
  readonly requests: readonly (readonly WireEntry[])[];
  /** Every event that was taken, in order. */
  readonly events: readonly PatternEvent[];
  /** Everything in a request that AWS would not have sent or taken; must stay empty. */
  readonly violations: readonly string[];
  putRule(name: string, pattern: unknown): void;
  /** Events that a rule selected, in order. */
  selected(rule: string): readonly PatternEvent[];
  /** Asked for each request, numbered from 1. */
  failRequests(fault: ((request: number, entries: readonly WireEntry[]) => RequestFault | undefined) | undefined): void;
  /** Asked for each entry; the code that it fails with, or undefined. `tries` counts from 1 for each event id. */
  failEntries(fault: ((detail: EventDetail, tries: number) => string | undefined) | undefined): void;
  close(): Promise<void>;
}

/** What our publisher puts into an entry's detail, as far as tests look at it. */
export interface EventDetail {
  readonly id: string;
  readonly subject: string;
  readonly sequence: number;
}

const limits = { entries: 10, bytes: 262_144 };

export async function startEventBridgeServer(): Promise<EventBridgeServer> {
  const requests: WireEntry[][] = [];
  const events: PatternEvent[] = [];
  const violations: string[] = [];
  const rules = new Map<string, { readonly matches: EventMatcher; readonly events: PatternEvent[] }>();
  const tries = new Map<string, number>();
  let requestFault: Parameters<EventBridgeServer["failRequests"]>[0];
  let entryFault: Parameters<EventBridgeServer["failEntries"]>[0];

  const take = (entry: WireEntry) => {
    const invalid = invalidArgument(entry);
    if (invalid !== undefined) return { ErrorCode: "InvalidArgument", ErrorMessage: invalid };
    const { Source: source = "", DetailType: detailType = "", Detail: detail = "", Time = 0 } = entry;
    const parsed = parseObject(detail);
    if (parsed === undefined) return { ErrorCode: "MalformedDetail", ErrorMessage: "Detail is malformed." };
    // Tests that send other things do not fail entries by what is in them.
    const ours = parsed as unknown as EventDetail;
    tries.set(ours.id, (tries.get(ours.id) ?? 0) + 1);
    const code = entryFault?.(ours, tries.get(ours.id) ?? 1);
    if (code !== undefined) return { ErrorCode: code, ErrorMessage: "as the test has it" };
    const id = randomUUID();
    const time = new Date(Time * 1000).toISOString();
    const event = toRuleEvent(
      { source, detailType, detail, time },
      { id, account: "123456789012", region: "us-east-1" },
    );
    events.push(event);
    for (const rule of rules.values()) if (rule.matches(event)) rule.events.push(event);
    return { EventId: id };
  };

  const putEvents = async (entries: readonly WireEntry[], response: ServerResponse) => {
    const fault = requestFault?.(requests.length, entries);
    if (fault?.kind === "hold") await fault.until;
    if (fault?.kind === "silence") return;
    if (fault?.kind === "drop") return void response.destroy();
    if (fault?.kind === "error")
      return answer(response, fault.status, { __type: fault.type, message: "as the test has it" });
    const problem = requestProblem(entries);
    if (problem !== undefined) {
      violations.push(problem);
      return answer(response, 400, { __type: "ValidationException", message: problem });
    }
    const results = entries.map(take);
    if (fault?.kind === "drop after") return void response.destroy();
    const failed = results.filter((result) => "ErrorCode" in result).length;
    answer(response, 200, { FailedEntryCount: failed, Entries: results });
  };

  const server = createServer((request, response) => {
    void (async () => {
      const body = await text(request);
      const problem = protocolProblem(request);
      if (problem !== undefined) {
        violations.push(problem);
        return answer(response, 400, { __type: "UnknownOperationException", message: problem });
      }
      const { Entries = [] } = JSON.parse(body) as { Entries?: WireEntry[] };
      requests.push(Entries);
      await putEvents(Entries, response);
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // An address of a listening TCP server is never a pipe's name.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    events,
    violations,
    putRule: (name, pattern) => void rules.set(name, { matches: compilePattern(pattern), events: [] }),
    selected: (rule) => rules.get(rule)?.events ?? [],
    failRequests: (fault) => void (requestFault = fault),
    failEntries: (fault) => void (entryFault = fault),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/x-amz-json-1.1" }).end(JSON.stringify(body));
}

function protocolProblem({ method, headers }: IncomingMessage): string | undefined {
  if (method !== "POST") return `the method is ${method}`;
  if (headers["x-amz-target"] !== "AWSEvents.PutEvents") return `the target is ${String(headers["x-amz-target"])}`;
  if (headers["content-type"] !== "application/x-amz-json-1.1") return `the content is ${headers["content-type"]}`;
  if (!headers.authorization?.startsWith("AWS4-HMAC-SHA256 ")) return "the request is not signed";
  return undefined;
}

function requestProblem(entries: readonly WireEntry[]): string | undefined {
  if (entries.length < 1 || entries.length > limits.entries) return `${entries.length} entries; 1 to 10 are allowed`;
  const bytes = entries.reduce((sum, entry) => sum + bytesOf(entry), 0);
  if (bytes > limits.bytes) return `Total size of the entries in the request is over the limit: ${bytes}`;
  return undefined;
}

function bytesOf({ Source = "", DetailType = "", Detail = "", Time }: WireEntry): number {
  return (
    (Time === undefined ? 0 : 14) + [Source, DetailType, Detail].reduce((sum, part) => sum + Buffer.byteLength(part), 0)
  );
}

function invalidArgument({ Source, DetailType, Detail }: WireEntry): string | undefined {
  for (const [name, value] of Object.entries({ Source, DetailType, Detail })) {
    if (value === undefined || value === "") {
      return `Parameter ${name} is not valid. Reason: ${name} is a required argument.`;
    }
  }
  return undefined;
}

function parseObject(json: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
