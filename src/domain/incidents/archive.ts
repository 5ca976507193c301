/** The archive of one incident: a JSON document with all its commits as they are stored, and what they fold into. */
import { z } from "zod";
import type { EventCodec } from "../kernel/codec.js";
import type { CommitTags, Recorded } from "../kernel/event.js";
import { canonicalJson, eventHash } from "../kernel/hashChain.js";
import type { Digest } from "../kernel/hashChain.js";
import { toStreamName } from "../kernel/streamName.js";
import type { IncidentEvent } from "./events.js";
import { incidentCategory } from "./events.js";
import { foldHistory } from "./past.js";
import type { FoldedIncident } from "./past.js";
import { compareEntries } from "./timeline.js";
import { toReference } from "./values.js";

/** A commit as it is stored: its events are not lifted to newer versions, so their hashes hold. */
export interface StoredCommit {
  readonly version: number;
  readonly tags: CommitTags;
  readonly events: readonly Recorded[];
}

const StoredEvent = z.object({
  eventId: z.string(),
  streamId: z.string(),
  version: z.number().int().min(1),
  type: z.string(),
  schemaVersion: z.number().int().min(1),
  data: z.unknown(),
  occurredAt: z.string(),
  recordedAt: z.string(),
  actor: z.object({ kind: z.enum(["USER", "SYSTEM"]), id: z.string() }),
  correlationId: z.string(),
  causationId: z.string().optional(),
  commandId: z.string(),
  hash: z.string(),
  previousHash: z.string(),
});

const ArchiveDocument = z.object({
  opsledger: z.literal("incident-archive"),
  format: z.literal(1),
  incidentId: z.string(),
  reference: z.string(),
  /** Version and hash of the last event. */
  through: z.number().int().min(1),
  hash: z.string(),
  commits: z
    .array(
      z.object({
        version: z.number().int().min(1),
        tags: z.object({ before: z.array(z.string()), after: z.array(z.string()) }),
        events: z.array(StoredEvent).min(1),
      }),
    )
    .min(1),
  /** What the commits fold into, as readers saw it before rows expired; for people and for other programs. */
  incident: z.unknown(),
  timeline: z.array(z.unknown()),
  comments: z.array(z.unknown()),
  summaries: z.array(z.unknown()),
});
export type ArchiveDocument = z.infer<typeof ArchiveDocument>;

interface Rules {
  readonly codec: Pick<EventCodec, "decode">;
  readonly digest: Digest;
}

/** Where the archive of an incident at a version is. */
export function archiveKeyOf(
  incidentId: string,
  { year, through }: { readonly year: string; readonly through: number },
) {
  return `archive/incidents/${year}/${incidentId}-v${through}.json`;
}

/** The fold of stored commits; undefined where they declare no incident. Throws where an event is of no known format. */
export function foldStored(
  incidentId: string,
  commits: readonly StoredCommit[],
  codec: Rules["codec"],
): FoldedIncident | undefined {
  const events = commits.flatMap((commit) => commit.events);
  // Only incident events are on an incident's stream, and the codec has checked each.
  const lifted = events.map((event) => ({ ...event, ...codec.decode(event.type, event.schemaVersion, event.data) }));
  return foldHistory(incidentId, lifted as unknown as readonly Recorded<IncidentEvent>[]);
}

/** The document of an incident. The same commits give the same text, whoever makes it and when. */
export function formatArchive(commits: readonly StoredCommit[], folded: FoldedIncident): string {
  const { incident } = folded;
  const document = {
    opsledger: "incident-archive",
    format: 1,
    incidentId: incident.incidentId,
    reference: toReference(incident.number),
    through: incident.version,
    hash: incident.hash,
    ...picturesOf(folded),
    commits,
  };
  return JSON.stringify(document);
}

function picturesOf({ incident, entries, comments, summaries }: FoldedIncident) {
  return {
    incident,
    timeline: [...entries.values()].sort(compareEntries),
    comments: [...comments.values()],
    summaries,
  };
}

/** An archive is not what was put there, or not in this form. */
export class ArchiveError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "ArchiveError";
  }
}

/**
 * Reads an archive and proves it by itself: versions without gaps, the chain of hashes, and that it shows what its commits fold
 * into. @throws ArchiveError naming what is wrong.
 */
export function parseArchive(text: string, { codec, digest }: Rules): ArchiveDocument {
  const document = readDocument(text);
  const { incidentId, commits, through, hash } = document;
  const streamId = toStreamName(incidentCategory, incidentId);
  let [version, last] = [0, ""];
  for (const commit of commits) {
    if (commit.version !== version + 1) throw new ArchiveError(`it lacks version ${version + 1}`);
    for (const event of commit.events) {
      version += 1;
      if (event.streamId !== streamId || event.version !== version || event.previousHash !== last)
        throw new ArchiveError(`version ${version} is not the event that follows`);
      // Events of the time before there were hashes have none.
      const isHashed = event.hash !== "" || last !== "";
      if (isHashed && event.hash !== eventHash(event, event.previousHash, digest))
        throw new ArchiveError(`version ${version} is not the event that was written`);
      last = event.hash;
    }
  }
  if (version !== through || last !== hash) throw new ArchiveError(`it ends with version ${version}, not ${through}`);
  const folded = foldStored(incidentId, commits, codec);
  const { incident, timeline, comments, summaries } = document;
  const shown = { incident, timeline, comments, summaries };
  if (folded === undefined || canonicalJson(picturesOf(folded)) !== canonicalJson(shown))
    throw new ArchiveError("what it shows is not what its commits say");
  return document;
}

function readDocument(text: string): ArchiveDocument {
  try {
    return ArchiveDocument.parse(JSON.parse(text));
  } catch (cause) {
    const message = cause instanceof z.ZodError ? z.prettifyError(cause) : String(cause);
    throw new ArchiveError(`it cannot be read (${message.replaceAll(/\s+/g, " ").slice(0, 200)})`, { cause });
  }
}
