/** The keys of `aegis-incidents`, as seed 003 spells them. Nobody else joins parts with "#". */
import type { Instant } from "../../../domain/kernel/time.js";
import { toInstant, toMilliseconds } from "../../../domain/kernel/time.js";

/** Sorts behind every text that begins with the same prefix: what `begins_with` asks, as a range (see docs/adr). */
const last = "\u{10FFFF}";

/** A range of sort keys, both ends included. */
export interface KeyRange {
  readonly from: string;
  readonly to: string;
}

export const keys = {
  incident: (incidentId: string) => `INCIDENT#${incidentId}`,
  metadata: "METADATA",
  entry: (at: Instant, entryId: string) => `EVENT#${at}#${entryId}`,
  comment: (at: Instant, commentId: string) => `COMMENT#${at}#${commentId}`,
  participant: (personId: string) => `USER#${personId}`,
  summary: (at: Instant, summaryId: string) => `SUMMARY#${at}#${summaryId}`,
  service: (service: string) => `SERVICE#${service}`,
  status: (status: string) => `STATUS#${status}`,
  severity: (severity: string, incidentId: string) => `SEVERITY#${severity}#INCIDENT#${incidentId}`,
  /** The day (UTC) of an instant (defect A4). */
  date: (at: Instant) => `DATE#${at.slice(0, 10)}`,
  /** Whole seconds: with more digits the seed's BETWEEN would lose the first and the last second of a day (defect A2). */
  time: (at: Instant) => `TIME#${at.slice(0, 19)}Z`,
  number: (number: number) => `NUMBER#${number}`,
  numbered: "INCIDENT",
  allIncidents: "INCIDENTS",
  /** What is left of an archived incident, and the list of all of them, by when they ended. */
  archived: "ARCHIVED",
  endedAt: (at: Instant, incidentId: string) => `${at}#${incidentId}`,
  retention: "RETENTION",
  /** Counters, of one generation of their view. */
  counts: (generation: number) => `COUNTS#${generation}`,
  anyCounts: "COUNTS#",
} as const;

/** Everything that begins with `prefix`. */
export function startingWith(prefix: string): KeyRange {
  return { from: prefix, to: `${prefix}${last}` };
}

/** Rows of one kind in an incident's partition, from an instant on. */
export function rowsSince(kind: "EVENT" | "COMMENT" | "SUMMARY", since: Instant | undefined): KeyRange {
  const { from, to } = startingWith(`${kind}#`);
  return { from: since === undefined ? from : `${kind}#${since}`, to };
}

/** The primary key of an incident's METADATA row. */
export function metadataKey(incidentId: string): { PK: string; SK: string } {
  return { PK: keys.incident(incidentId), SK: keys.metadata };
}

/** The primary key of what is left of an archived incident. */
export function archivedKey(incidentId: string): { PK: string; SK: string } {
  return { PK: keys.incident(incidentId), SK: keys.archived };
}

/** The incident id in `INCIDENT#<id>`, or in a key that ends so. */
export function incidentIdIn(key: string): string {
  return key.slice(key.lastIndexOf("#") + 1);
}

/** The least uuid v7 of an instant. Incident ids carry the time they began, so a span of time is a range of ids. */
export function leastIdAt(at: Instant): string {
  const hex = Math.max(0, toMilliseconds(at)).toString(16).padStart(12, "0");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-7000-8000-000000000000`;
}

/** The instant that an incident's id carries. */
export function instantIn(incidentId: string): Instant {
  return toInstant(Number.parseInt(incidentId.replaceAll("-", "").slice(0, 12), 16));
}
