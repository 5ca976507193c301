/** The keys of the four tables of research. Nobody else joins their parts. */
import type { Strategy } from "../../../domain/research/index.js";
import { toSeed } from "./seedForm.js";

/** `market_intelligence_requests` and `market_intelligence_runs`: both rows of a request have the same key. */
export function requestKey(requestId: string) {
  return { request_id: requestId };
}

/** Subjects and parts of `market_intelligence_queue`. No id in them holds a "#". */
export const queueKeys = {
  slot: (slotId: string) => ({ subject: `${prefixes.slot}${slotId}`, part: "SLOT" }),
  project: (projectId: string) => ({ subject: `${prefixes.project}${projectId}`, part: "LIMIT" }),
  /** How the queue is doing, of one generation of its view. */
  stats: (row: string, generation: number) => ({ subject: `${prefixes.stats}${row}`, part: `STATS#${generation}` }),
} as const;

export const prefixes = { slot: "slot#", project: "project#", stats: "stats#" } as const;

/** The partitions of `ClaimIndex` and `ClaimTypeIndex`. */
export function claimStrategy(strategy: Strategy): string {
  return toSeed(strategy);
}

export function claimType(strategy: Strategy, requestType: string): string {
  return `${toSeed(strategy)}#${requestType}`;
}
