/** Pages of what workers can claim, by rank over one partition of the indexes or one for each type, each page behind the one before. */
import { z } from "zod";
import type { Candidate, CandidatePage, CandidateQuery } from "../../../domain/research/index.js";
import { invalid } from "../../../domain/kernel/errors.js";
import { isInScope } from "../../../domain/kernel/scope.js";
import type { DynamoDb } from "../../dynamodb/client.js";
import { claimablePages, examinedAtMost, ofStrategy, ofType, pageAtLeast } from "./claims.js";
import type { Partition, Place, Ranked } from "./claims.js";

/** Where each partition goes on: behind a row, at its beginning, or not at all. */
const Cursor = z.array(z.union([z.tuple([z.number(), z.string()]), z.literal("BEGINNING"), z.literal("END")]));
type Goes = z.infer<typeof Cursor>[number];

interface Read {
  readonly rows: readonly Ranked[];
  readonly from: Goes;
  /** Where it goes on behind all that was read. */
  readonly to: Goes;
}

/** One request, or one for each type, where all rows of a page will do; more only where many do not. */
export async function listCandidates(db: DynamoDb, wanted: CandidateQuery): Promise<CandidatePage> {
  const { strategy, types, limit, after } = wanted;
  const partitions =
    types === undefined ? [ofStrategy(strategy)] : [...new Set(types)].map((type) => ofType(strategy, type));
  const begin = after === undefined ? partitions.map((): Goes => "BEGINNING") : parsed(after, partitions.length);
  const examined = Math.max(1, Math.floor(examinedAtMost / Math.max(1, partitions.length)));
  const reads = await Promise.all(
    partitions.map((partition, index) => readOn(db, partition, wanted, { from: begin[index] ?? "END", examined })),
  );
  // What is behind the end of what was read of another partition may not be the next.
  const known = Math.min(...reads.map(({ to }) => (Array.isArray(to) ? to[0] : Infinity)));
  const taken = reads
    .flatMap(({ rows }) => rows)
    .filter(({ rank }) => rank <= known)
    .sort((one, other) => one.rank - other.rank)
    .slice(0, limit);
  const goes = placesBehind(reads, new Set(taken));
  return {
    candidates: taken.map(toCandidate),
    after: goes.every((place) => place === "END") ? undefined : JSON.stringify(goes),
  };
}

/** Reads until there are enough, so many rows were looked at, or there is none left. */
async function readOn(
  db: DynamoDb,
  partition: Partition,
  wanted: CandidateQuery,
  { from, examined }: { readonly from: Goes; readonly examined: number },
): Promise<Read> {
  if (from === "END") return { rows: [], from, to: "END" };
  const { scope, queuedBefore, without = [], limit } = wanted;
  const page =
    scope === "all" && queuedBefore === undefined && without.length === 0 ? limit : Math.max(limit, pageAtLeast);
  const isWanted = ({ projectId, queuedAt }: Candidate) =>
    isInScope(scope, [projectId]) &&
    !without.includes(projectId) &&
    (queuedBefore === undefined || queuedAt <= queuedBefore);
  const found: Ranked[] = [];
  let to: Goes = "END";
  for await (const { rows, last } of claimablePages(db, partition, { page, examined, without, after: toPlace(from) })) {
    found.push(...rows.filter(isWanted));
    to = last === undefined ? "END" : [last.rank, last.requestId];
    if (found.length >= limit) break;
  }
  return { rows: found, from, to };
}

/** Behind the last row that was taken of each; behind all that was read where no row of it was left. */
function placesBehind(reads: readonly Read[], taken: ReadonlySet<Ranked>): readonly Goes[] {
  return reads.map(({ rows, from, to }) => {
    const ours = rows.filter((row) => taken.has(row));
    if (ours.length === rows.length) return to;
    const last = ours.at(-1);
    return last === undefined ? from : [last.rank, last.requestId];
  });
}

function toPlace(goes: Goes): Place | undefined {
  return Array.isArray(goes) ? { rank: goes[0], requestId: goes[1] } : undefined;
}

function parsed(after: string, partitions: number): readonly Goes[] {
  const cursor = Cursor.parse(JSON.parse(after));
  if (cursor.length !== partitions) throw invalid("after", "is of a list of other types");
  return cursor;
}

function toCandidate({ requestId, projectId, requestType, queuedAt }: Ranked): Candidate {
  return { requestId, projectId, requestType, queuedAt };
}
