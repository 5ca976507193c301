/** Moves incidents that ended long ago to the archive: written from the log, read back, proved, and only then an event. */
import type { CommandHandler } from "../kernel/commandHandler.js";
import type { EventCodec } from "../kernel/codec.js";
import { VersionConflictError } from "../kernel/errors.js";
import type { Actor } from "../kernel/event.js";
import type { EventStore } from "../kernel/eventStore.js";
import { canonicalJson } from "../kernel/hashChain.js";
import type { Digest } from "../kernel/hashChain.js";
import type { ObjectStore } from "../kernel/objectStore.js";
import { toStreamName } from "../kernel/streamName.js";
import type { Clock, Ids } from "../kernel/time.js";
import { ArchiveError, archiveKeyOf, foldStored, formatArchive, parseArchive } from "./archive.js";
import type { StoredCommit } from "./archive.js";
import { endOf, isDue } from "./archiving.js";
import type { IncidentCommand } from "./commands.js";
import { incidentCategory } from "./events.js";
import type { IncidentReadModel } from "./readModel.js";
import type { Incident, IncidentState } from "./state.js";
import { archivableStatuses, toReference } from "./values.js";
import type { IncidentStatus } from "./values.js";
import type { ArchivedIncident } from "./viewRows.js";

/** Port: streams exactly as they are stored. */
export interface StoredStreams {
  /** All commits of a stream in order; none where there is no such stream. */
  read(streamId: string): Promise<readonly StoredCommit[]>;
}

export interface ArchiverDeps {
  readonly commands: Pick<CommandHandler<IncidentState, IncidentCommand>, "handle">;
  readonly readModel: Pick<IncidentReadModel, "getIncidents" | "listIncidents" | "listArchived">;
  readonly streams: StoredStreams;
  readonly eventStore: Pick<EventStore, "readStream">;
  readonly objects: ObjectStore;
  readonly codec: Pick<EventCodec, "decode">;
  readonly digest: Digest;
  readonly clock: Clock;
  readonly ids: Ids;
}

export interface ArchiveOptions {
  /** Days since the end. */
  readonly olderThanDays: number;
  /** Incidents at most, in this run. @default 500 */
  readonly limit?: number | undefined;
  /** Only say which. @default false */
  readonly dryRun?: boolean | undefined;
  /** Ends the run behind the incident that is being archived. */
  readonly signal?: AbortSignal | undefined;
  /** Told of each incident that is done, or with `dryRun` would be. */
  readonly onArchived?: ((incident: Incident, objectKey: string) => void) | undefined;
}

export interface ArchiveRun {
  readonly archived: number;
  /** Changed, or archived by another one, while they were worked on; the next run looks at them again. */
  readonly skipped: number;
  /** Held up nobody else; the next run tries them again. */
  readonly failures: readonly { readonly incident: string; readonly cause: unknown }[];
}

export interface ArchiveProblem {
  readonly archived: ArchivedIncident;
  readonly problem: string;
}

export interface Archiver {
  /**
   * Archives what is due. Nothing happens twice: what is in the archive is not in the view, where this looks. Costs a Query for
   * each 100 incidents that have ended and are not archived, for merged ones again while any of them are due; for each that is due a BatchGetItem, two Querys of its log for each
   * MB of it, and one transaction.
   */
  run(options: ArchiveOptions): Promise<ArchiveRun>;
  /** Proves every archive against its own content and against the log. One read of an object and one Query for each. */
  verify(options?: { readonly signal?: AbortSignal | undefined }): AsyncGenerator<ArchivedIncident | ArchiveProblem>;
}

const actor: Actor = { kind: "SYSTEM", id: "archiver" };
const pageSize = 100;
const defaultLimit = 500;

export function createArchiver(deps: ArchiverDeps): Archiver {
  const { commands, readModel, streams, eventStore, objects, codec, digest, clock, ids } = deps;

  /** Unarchived incidents in these statuses. */
  const inStatuses = async function* (statuses: readonly IncidentStatus[]): AsyncGenerator<readonly Incident[]> {
    let after: string | undefined;
    do {
      const page = await readModel.listIncidents({
        filter: { statuses },
        order: "MOST_SEVERE_FIRST",
        first: pageSize,
        after,
      });
      yield page.rows.map(({ row }) => row);
      after = page.hasMore ? (page.resumeAfter ?? page.rows.at(-1)?.cursor) : undefined;
    } while (after !== undefined);
  };

  /** Which of these incidents are not in the view any more: it only ever loses one to the archive. */
  const goneAmong = async (incidentIds: readonly string[]): Promise<ReadonlySet<string>> => {
    const wanted = [...new Set(incidentIds)];
    const found = await readModel.getIncidents(wanted);
    return new Set(wanted.filter((_, index) => found[index] === undefined));
  };

  /** What is due in these statuses, each once. `done`: what this run has archived, or would have. */
  const dueIn = async function* (
    statuses: readonly IncidentStatus[],
    { days, done, tried }: { readonly days: number; readonly done: ReadonlySet<string>; readonly tried: Set<string> },
  ): AsyncGenerator<Incident> {
    for await (const page of inStatuses(statuses)) {
      const targets = page.flatMap(({ mergedInto }) => (mergedInto === undefined ? [] : [mergedInto.incidentId]));
      const gone = targets.length === 0 ? new Set<string>() : await goneAmong(targets);
      const hasGone = (incidentId: string) => gone.has(incidentId) || done.has(incidentId);
      for (const incident of page) {
        if (tried.has(incident.incidentId) || !isDue(incident, { now: clock.now(), days, hasGone })) continue;
        tried.add(incident.incidentId);
        yield incident;
      }
    }
  };

  /** What is due: those that ended by themselves first, as merged ones follow them, and are followed by others. */
  const due = async function* (days: number, done: ReadonlySet<string>): AsyncGenerator<Incident> {
    const tried = new Set<string>();
    const ended = archivableStatuses.filter((status) => status !== "MERGED");
    yield* dueIn(ended, { days, done, tried });
    for (let before = -1; before < tried.size;) {
      before = tried.size;
      yield* dueIn(["MERGED"], { days, done, tried });
    }
  };

  /**
   * The archive as it is in the object store, read back and proved. One that is there already and ends with the same event stays,
   * as an event may name it by now; one that does not is of a run that was cut off, and is written over.
   */
  const keep = async (objectKey: string, text: string, head: string): Promise<string> => {
    await objects.put(objectKey, text, { once: true });
    const there = await objects.get(objectKey);
    if (there !== undefined && provesHead(there, head)) return there;
    await objects.put(objectKey, text);
    const back = await objects.get(objectKey);
    if (back !== text) throw new ArchiveError("the object store does not give back what was put");
    parseArchive(back, { codec, digest });
    return back;
  };

  const provesHead = (text: string, head: string): boolean => {
    try {
      return parseArchive(text, { codec, digest }).hash === head;
    } catch (error) {
      if (error instanceof ArchiveError) return false;
      throw error;
    }
  };

  /** The key of the archive; undefined where the incident has changed meanwhile. */
  const archiveOne = async ({ incidentId }: Incident): Promise<string | undefined> => {
    // The list comes from an index, which may be behind.
    const [incident] = await readModel.getIncidents([incidentId]);
    if (incident === undefined) return undefined;
    const streamId = toStreamName(incidentCategory, incidentId);
    const commits = await streams.read(streamId);
    const folded = foldStored(incidentId, commits, codec);
    if (folded === undefined) throw new ArchiveError("its log is empty");
    if (folded.incident.version !== incident.version) return undefined;
    if (canonicalJson(folded.incident) !== canonicalJson(incident))
      throw new ArchiveError("its row is not what its log says; `opsledger verify` shows how, `rebuild` mends it");
    const text = formatArchive(commits, folded);
    const through = incident.version;
    const objectKey = archiveKeyOf(incidentId, { year: (endOf(incident) ?? clock.now()).slice(0, 4), through });
    const kept = await keep(objectKey, text, incident.hash);
    const command: IncidentCommand = {
      type: "ArchiveIncident",
      objectKey,
      digest: digest(kept, "hex"),
      bytes: new TextEncoder().encode(kept).length,
      events: commits.reduce((sum, { events }) => sum + events.length, 0),
      through,
    };
    try {
      await commands.handle([{ streamId, command, expectedVersion: through }], { actor, correlationId: ids.next() });
      return objectKey;
    } catch (error) {
      if (error instanceof VersionConflictError) return undefined;
      throw error;
    }
  };

  /** @throws ArchiveError */
  const prove = async (archived: ArchivedIncident): Promise<void> => {
    const { incidentId, objectKey, through } = archived;
    const text = await objects.get(objectKey);
    if (text === undefined) throw new ArchiveError(`${objectKey} is not in the object store`);
    if (digest(text, "hex") !== archived.digest) throw new ArchiveError(`${objectKey} is not what was put there`);
    const document = parseArchive(text, { codec, digest });
    const place = { fromVersion: through + 1, toVersion: through + 1 };
    for await (const { events } of eventStore.readStream(toStreamName(incidentCategory, incidentId), place)) {
      const [event] = events;
      if (event?.type === "IncidentArchived" && event.previousHash === document.hash) return;
    }
    throw new ArchiveError(`${objectKey} does not end where the log says`);
  };

  return {
    async run({ olderThanDays, limit = defaultLimit, dryRun = false, signal, onArchived }) {
      let [archived, skipped] = [0, 0];
      const failures: { readonly incident: string; readonly cause: unknown }[] = [];
      const done = new Set<string>();
      for await (const incident of due(olderThanDays, done)) {
        if (archived >= limit || signal?.aborted === true) break;
        try {
          const objectKey = dryRun ? "" : await archiveOne(incident);
          if (objectKey === undefined) {
            skipped += 1;
            continue;
          }
          archived += 1;
          done.add(incident.incidentId);
          onArchived?.(incident, objectKey);
        } catch (cause) {
          failures.push({ incident: toReference(incident.number), cause });
        }
      }
      return { archived, skipped, failures };
    },

    async *verify({ signal } = {}) {
      let after: string | undefined;
      do {
        const page = await readModel.listArchived({ first: pageSize, after });
        for (const { row } of page.rows) {
          signal?.throwIfAborted();
          yield await provedOr(row, prove);
        }
        after = page.hasMore ? (page.resumeAfter ?? page.rows.at(-1)?.cursor) : undefined;
      } while (after !== undefined);
    },
  };
}

async function provedOr(
  archived: ArchivedIncident,
  prove: (archived: ArchivedIncident) => Promise<void>,
): Promise<ArchivedIncident | ArchiveProblem> {
  try {
    await prove(archived);
    return archived;
  } catch (error) {
    if (!(error instanceof ArchiveError)) throw error;
    return { archived, problem: error.message };
  }
}
