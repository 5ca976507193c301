/**
 * How far the reading of a request's sources is, in a form that another attempt can go on from: which pages are done, and the counts
 * so far. Bounded: of very many pages the oldest are forgotten, and read again.
 */
import type { JsonObject } from "../domain/kernel/json.js";
import { createHash } from "node:crypto";
import { z } from "zod";

/** Of one source, in the order of the configuration. */
export interface SourceTally {
  /** Pages that it has, as far as it is known; with that of its own address. */
  readonly pages: number;
  /** Pages that were read, and that could not be. */
  readonly extracted: number;
  readonly errors: number;
  /** Nothing is left to be read of it. */
  readonly isDone: boolean;
  /** Its own address could not be read, and with it nothing of it. */
  readonly isUnreadable: boolean;
}

export interface ReadingRecord {
  readonly sources: readonly SourceTally[];
  /** Marks of pages that are done, oldest first. */
  readonly done: readonly string[];
  /** Requests that it took. */
  readonly requests: number;
  /** Number of the next part. */
  readonly nextPart: number;
}

const version = 1;
const markLength = 5;
const marks = new RegExp(`.{${markLength}}`, "g");
/** Seven of the eight thousand bytes that a checkpoint may have. */
const marksAtMost = 1_400;

const Count = z.number().int().min(0);
const Form = z.object({
  version: z.literal(version),
  nextPart: Count.min(1),
  requests: Count,
  /** pages, extracted, errors, 1 where it is done. */
  sources: z.array(z.tuple([Count, Count, Count, z.union([z.literal(0), z.literal(1)])])),
  done: z.string().refine((marks) => marks.length % markLength === 0),
});

/** A page in few characters: another one is taken for it once in a thousand million times. */
export function toMark(url: string): string {
  return createHash("sha256").update(url).digest("base64url").slice(0, markLength);
}

export function emptyState(sources: number, nextPart: number): ReadingRecord {
  const none = { pages: 0, extracted: 0, errors: 0, isDone: false, isUnreadable: false };
  return { sources: Array.from({ length: sources }, () => none), done: [], requests: 0, nextPart };
}

export function toCheckpoint({ sources, done, requests, nextPart }: ReadingRecord): JsonObject {
  return {
    version,
    nextPart,
    requests,
    // What could not be read may be readable for the next one, which begins it anew.
    sources: sources.map(({ pages, extracted, errors, isDone, isUnreadable }) =>
      isUnreadable ? [0, 0, 0, 0] : [pages, extracted, errors, isDone ? 1 : 0],
    ),
    done: done.slice(-marksAtMost).join(""),
  };
}

/** The state, where the checkpoint is one of ours about so many sources. */
export function fromCheckpoint(checkpoint: JsonObject | undefined, sources: number): ReadingRecord | undefined {
  const { data } = Form.safeParse(checkpoint);
  if (data?.sources.length !== sources) return undefined;
  return {
    nextPart: data.nextPart,
    requests: data.requests,
    sources: data.sources.map(([pages, extracted, errors, done]) => ({
      ...{ pages, extracted, errors },
      isDone: done === 1,
      isUnreadable: false,
    })),
    done: data.done.match(marks) ?? [],
  };
}
