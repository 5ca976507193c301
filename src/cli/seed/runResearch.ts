/**
 * Submits the example requests and does what their workers did, by the protocol of workers. A second run adds nothing; one that
 * was stopped half-way is taken up where it was.
 */
import { isTerminal } from "../../domain/research/index.js";
import type { GraphQLClient } from "../graphqlClient.js";
import {
  SeedCancelRequestDocument,
  SeedClaimRequestDocument,
  SeedCompleteRequestDocument,
  SeedFailRequestDocument,
  SeedRequestItemsDocument,
  SeedRequestLogsDocument,
  SeedRequestProgressDocument,
  SeedStartRequestDocument,
  SeedSubmitRequestDocument,
} from "../generated/operations.js";
import { requireNoErrors } from "./refusals.js";
import type { SeedAttempt, SeedRequest } from "./research.js";

export interface SeedResearchDeps {
  readonly client: GraphQLClient;
  readonly requests: readonly SeedRequest[];
  /** Called after each command, also after one that there was no need for any more. */
  readonly onProgress: () => void;
}

/** Claim, start, logs, progress and the end. */
const commandsOfAttempt = 5;

/** How many commands a run sends. */
export function countResearchCommands(requests: readonly SeedRequest[]): number {
  return requests.reduce((sum, request) => sum + 1 + commandsBehind(request), 0);
}

function commandsBehind({ cancelled, attempt }: SeedRequest): number {
  const ofAttempt = attempt === undefined ? 0 : commandsOfAttempt + attempt.parts.length;
  return ofAttempt + (cancelled === undefined ? 0 : 1);
}

/** One request after the other; throws at the first refusal. */
export async function runResearchSeed({ client, requests, onProgress }: SeedResearchDeps): Promise<void> {
  for (const request of requests) {
    let left = 1 + commandsBehind(request);
    const done = () => {
      left -= 1;
      onProgress();
    };
    const requestId = await submit(client, request);
    done();
    if (requestId !== undefined) await followUp(client, request, requestId, done);
    while (left > 0) done();
  }
}

/** Its id; undefined where it is over: an earlier run has done the rest. */
async function submit(client: GraphQLClient, { key, input }: SeedRequest): Promise<string | undefined> {
  const keyed = { ...input, idempotencyKey: keyOf(key) };
  const { submitRequest } = await client.run(SeedSubmitRequestDocument, { input: keyed }, input.userId ?? undefined);
  requireNoErrors(key, submitRequest.errors);
  const { request } = submitRequest;
  return request == null || isTerminal(request.status) ? undefined : request.requestId;
}

const keyOf = (...parts: readonly string[]) => ["seed/research", ...parts].join("/");

/** `done` is called after each command. */
async function followUp(
  client: GraphQLClient,
  { key, input, cancelled, attempt }: SeedRequest,
  requestId: string,
  done: () => void,
): Promise<void> {
  if (cancelled !== undefined) {
    const cancel = { requestId, reason: cancelled };
    const answer = await client.run(SeedCancelRequestDocument, { input: cancel }, input.userId ?? undefined);
    requireNoErrors(`${key} cancel`, answer.cancelRequest.errors);
    done();
  }
  if (attempt === undefined) return;
  const leaseToken = await claim(client, key, requestId, attempt.workerId);
  done();
  // Another worker was faster: it goes its own way then.
  if (leaseToken !== undefined) await work(client, key, { requestId, leaseToken }, attempt, done);
}

/** What a worker does. The same said again under one token has no second effect. */
async function work(
  client: GraphQLClient,
  key: string,
  leased: { readonly requestId: string; readonly leaseToken: number },
  { workerId, logs, progress, parts, end }: SeedAttempt,
  done: () => void,
): Promise<void> {
  const started = await client.run(SeedStartRequestDocument, { input: leased }, workerId);
  requireNoErrors(`${key} start`, started.startRequest.errors);
  done();
  const logged = await client.run(SeedRequestLogsDocument, { input: { ...leased, entries: [...logs] } }, workerId);
  requireNoErrors(`${key} logs`, logged.appendRequestLogs.errors);
  done();
  const told = await client.run(SeedRequestProgressDocument, { input: { ...leased, progress } }, workerId);
  requireNoErrors(`${key} progress`, told.heartbeatRequest.errors);
  done();
  for (const [index, items] of parts.entries()) {
    const input = { ...leased, part: index + 1, items: [...items] };
    const added = await client.run(SeedRequestItemsDocument, { input }, workerId);
    requireNoErrors(`${key} part ${index + 1}`, added.addRequestItems.errors);
    done();
  }
  if ("completes" in end) {
    const input = { ...leased, results: end.completes };
    const completed = await client.run(SeedCompleteRequestDocument, { input }, workerId);
    requireNoErrors(`${key} complete`, completed.completeRequest.errors);
  } else {
    const failed = await client.run(SeedFailRequestDocument, { input: { ...leased, ...end.fails } }, workerId);
    requireNoErrors(`${key} fail`, failed.failRequest.errors);
  }
  done();
}

/** The token of the claim. Under a key, so that a second run gets that of one that was stopped, while it is good. */
async function claim(
  client: GraphQLClient,
  key: string,
  requestId: string,
  workerId: string,
): Promise<number | undefined> {
  for (const idempotencyKey of [keyOf(key, "claim"), undefined]) {
    const input = { workerId, requestIds: [requestId], idempotencyKey };
    const { claimRequests } = await client.run(SeedClaimRequestDocument, { input }, workerId);
    requireNoErrors(`${key} claim`, claimRequests.errors);
    const [claimed] = claimRequests.claimed;
    if (claimed !== undefined) return claimed.leaseToken;
  }
  return undefined;
}
