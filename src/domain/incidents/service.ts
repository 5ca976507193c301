/** The incidents context as callers use it: one function for each thing that can be asked. */
import type { z } from "zod";
import type { CommandHandler } from "../kernel/commandHandler.js";
import { underCallersKey } from "../kernel/callerKey.js";
import { InvalidTransitionError, UnavailableError, invalid, parseOrRefuse } from "../kernel/errors.js";
import type { Recorded } from "../kernel/event.js";
import type { EventStore, StreamPosition } from "../kernel/eventStore.js";
import type { ObjectStore } from "../kernel/objectStore.js";
import type { Request } from "../kernel/request.js";
import { runCommands } from "../kernel/runCommands.js";
import type { RunOutcome } from "../kernel/runCommands.js";
import type { Digest } from "../kernel/hashChain.js";
import type { Scope } from "../kernel/scope.js";
import { parseStreamName, toStreamName } from "../kernel/streamName.js";
import type { Clock, Ids } from "../kernel/time.js";
import { isArchivedRefusal } from "./archiving.js";
import { incidentCommandSchemas } from "./commands.js";
import type { IncidentCommand, IncidentCommandOf, IncidentCommandType } from "./commands.js";
import { incidentCategory } from "./events.js";
import type { IncidentEvent, IncidentRef, PartRef } from "./events.js";
import type { NumberAllocator } from "./ports.js";
import type { IncidentReadModel, PartKey } from "./readModel.js";
import { isVisible, requireOwnServices, requireVisibleIncident } from "./scope.js";
import type { Incident, IncidentState } from "./state.js";
import { toTimelineEntry } from "./timeline.js";
import type { TimelineEntry } from "./timeline.js";
import { inverseRelation, limits } from "./values.js";

export interface IncidentOutcome {
  readonly incidentId: string;
  /** The incident after the command; absent where the command repeats an earlier one (read it then). */
  readonly incident?: Incident;
  /** The first entry that the command put on the timeline; absent where it changed nothing. */
  readonly entry?: TimelineEntry;
  /** The incident's stream and its version after the command. */
  readonly position: StreamPosition;
}

/** Input of a command as it comes from outside, to be parsed. */
type Input<T extends IncidentCommandType> = z.input<(typeof incidentCommandSchemas)[T]>;

/** Commands that need nothing but their input. */
type PlainCommandType = Exclude<
  IncidentCommandType,
  | "DeclareIncident"
  | "AddComment"
  | "AttachSummary"
  | "AddFollowUp"
  | "AddLink"
  | "RemoveLink"
  | "MergeInto"
  | "ReceiveMerge"
  | "Unmerge"
  | "UndoMerge"
  | "AttachPostmortem"
  | "ArchiveIncident"
>;

/** Every function throws a DomainError where the input is refused, and then nothing was written. */
export interface IncidentService {
  declare(input: Omit<Input<"DeclareIncident">, "number">, request: Request): Promise<IncidentOutcome>;
  /** Runs a command that needs nothing but its input. */
  change<T extends PlainCommandType>(
    incidentId: string,
    type: T,
    input: Input<T>,
    request: Request,
  ): Promise<IncidentOutcome>;
  addComment(
    incidentId: string,
    input: Omit<Input<"AddComment">, "commentId">,
    request: Request,
  ): Promise<IncidentOutcome>;
  attachSummary(
    incidentId: string,
    input: Omit<Input<"AttachSummary">, "summaryId">,
    request: Request,
  ): Promise<IncidentOutcome>;
  addFollowUp(
    incidentId: string,
    input: Omit<Input<"AddFollowUp">, "followUpId">,
    request: Request,
  ): Promise<IncidentOutcome>;
  /** Links; where the target is an incident, that one gets the link back, with the inverse relation, in the same transaction. */
  link(incidentId: string, input: Omit<Input<"AddLink">, "linkId">, request: Request): Promise<IncidentOutcome>;
  unlink(incidentId: string, linkId: string, request: Request): Promise<IncidentOutcome>;
  /** Merges the incident into another: both streams change in one transaction. The outcome is the source's. */
  merge(
    incidentId: string,
    intoIncidentId: string,
    reason: string | undefined,
    request: Request,
  ): Promise<IncidentOutcome>;
  /** Takes a merge back, exactly. */
  unmerge(incidentId: string, reason: string | undefined, request: Request): Promise<IncidentOutcome>;
  /** Content above 4 KB goes to the object store. */
  attachPostmortem(
    incidentId: string,
    input: { title: string; content: string },
    request: Request,
  ): Promise<IncidentOutcome>;
  /** The content of the incident's post-mortem; undefined where it has none. Its entry is looked up in `entries`. @default the views */
  postmortemContent(incident: Incident, entries?: Pick<IncidentReadModel, "getEntries">): Promise<string | undefined>;
}

export interface IncidentServiceDeps {
  readonly commands: CommandHandler<IncidentState, IncidentCommand>;
  readonly eventStore: EventStore;
  readonly readModel: Pick<IncidentReadModel, "getIncidents" | "getEntries" | "getArchived">;
  readonly numbers: NumberAllocator;
  readonly objects: ObjectStore;
  readonly digest: Digest;
  readonly clock: Clock;
  readonly ids: Ids;
}

/** How often an unmerge looks again where the incident was merged elsewhere meanwhile. */
const unmergeTries = 5;

export function createIncidentService(deps: IncidentServiceDeps): IncidentService {
  const { commands, eventStore, readModel, numbers, objects, digest, clock, ids } = deps;

  /** Runs commands on several incidents as one; the outcome is that of the first. */
  const run = async (
    steps: readonly [IncidentStep, ...IncidentStep[]],
    asked: Asked,
    request: Request,
  ): Promise<IncidentOutcome> => {
    const [first, ...others] = steps.map(({ incidentId, command }) => ({
      streamId: toStreamName(incidentCategory, incidentId),
      command,
    }));
    if (first === undefined) throw new Error("there is a first step");
    return toOutcome(await runCommands(commands, [first, ...others], asked, request));
  };

  const toOutcome = async ({ position, ...outcome }: RunOutcome<IncidentState>): Promise<IncidentOutcome> => {
    const incidentId = parseStreamName(position.streamId).id;
    if (outcome.repeated) {
      const entry = position.unchanged === true ? undefined : await entryAt(incidentId, position);
      return { incidentId, position, ...(entry === undefined ? {} : { entry }) };
    }
    const [recorded] = outcome.events[0] ?? [];
    const incident = outcome.states[0]?.incident;
    return {
      incidentId,
      position,
      ...(incident === undefined ? {} : { incident }),
      // Only incident events are on an incident's stream.
      ...(recorded === undefined ? {} : { entry: toTimelineEntry(incidentId, recorded as Recorded<IncidentEvent>) }),
    };
  };

  /** The first entry of the commit that ends at `position`. */
  const entryAt = async (incidentId: string, position: StreamPosition): Promise<TimelineEntry | undefined> => {
    for await (const commit of eventStore.readStream(position.streamId, { fromVersion: position.version })) {
      const [first] = commit.events;
      return first && toTimelineEntry(incidentId, first as Recorded<IncidentEvent>);
    }
    return undefined;
  };

  /** The incidents by their rows. Throws for the field of the first that the caller may not see, or that is archived. */
  const requireIncidents = async (
    named: readonly { readonly incidentId: string; readonly field: string }[],
    { scope }: Request,
  ): Promise<readonly Incident[]> => {
    const found = await readModel.getIncidents(named.map(({ incidentId }) => incidentId));
    const incidents: Incident[] = [];
    for (const [index, one] of named.entries()) {
      const incident = found[index];
      if (incident === undefined) await refuseArchived(one, scope);
      incidents.push(requireVisibleIncident(incident, { ...one, scope }));
    }
    return incidents;
  };

  const refuseArchived = async (
    { incidentId, field }: { readonly incidentId: string; readonly field: string },
    scope: Scope,
  ): Promise<void> => {
    const [archived] = await readModel.getArchived([incidentId]);
    if (archived !== undefined && isVisible(archived, scope)) throw isArchivedRefusal(archived, field);
  };

  const requireIncident = async (incidentId: string, field: string, request: Request): Promise<Incident> => {
    const [incident] = await requireIncidents([{ incidentId, field }], request);
    if (incident === undefined) throw new Error("one was asked for");
    return incident;
  };

  /** What `act` leads to. What is refused now, as in the archive nothing changes, may have been done under its key before. */
  const orEarlier = async (
    asked: Asked,
    { actor, idempotencyKey: key }: Request,
    act: () => Promise<IncidentOutcome>,
  ): Promise<IncidentOutcome> => {
    try {
      return await act();
    } catch (error) {
      if (!(error instanceof InvalidTransitionError)) throw error;
      const earlier = await underCallersKey({ actor, key, asked }, async (own) => own && eventStore.findOutcome(own));
      const [position] = earlier ?? [];
      if (earlier === undefined || position === undefined) throw error;
      return toOutcome({ position, positions: earlier, before: [], states: [], events: [], repeated: true });
    }
  };

  const unmergeOnce = async (asked: Asked<UnmergeInput>, request: Request) => {
    const { incidentId, reason } = asked.input;
    const source = await requireIncident(incidentId, "incidentId", request);
    const { mergedInto } = source;
    if (mergedInto === undefined) {
      // Nothing to take back; a repeat of an earlier unmerge is found by its key.
      const command = parseCommand("Unmerge", { from: refOf(source), reason });
      return run([{ incidentId, command }], asked, request);
    }
    const from = { incidentId: mergedInto.incidentId, number: mergedInto.number };
    return run(
      [
        { incidentId, command: parseCommand("Unmerge", { from, reason }) },
        { incidentId: from.incidentId, command: parseCommand("UndoMerge", { source: refOf(source) }) },
      ],
      asked,
      request,
    );
  };

  const change: IncidentService["change"] = (incidentId, type, input, request) =>
    run(
      [{ incidentId, command: parseCommand(type, input) }],
      { operation: type, input: { incidentId, input } },
      request,
    );

  return {
    // #region declare
    async declare(input, request) {
      // The number comes last: an input that is refused uses none.
      const draft = parseCommand("DeclareIncident", { ...input, number: 1 });
      requireOwnServices(draft.services, "services", request.scope);
      const incidentId = ids.next(draft.occurredAt ?? clock.now());
      const command = { ...draft, number: await numbers.next() };
      return run([{ incidentId, command }], { operation: "DeclareIncident", input }, request);
    },
    // #endregion

    change,

    addComment: (incidentId, input, request) =>
      run(
        [{ incidentId, command: parseCommand("AddComment", { ...input, commentId: ids.next() }) }],
        { operation: "AddComment", input: { incidentId, input } },
        request,
      ),

    attachSummary: (incidentId, input, request) =>
      run(
        [{ incidentId, command: parseCommand("AttachSummary", { ...input, summaryId: ids.next() }) }],
        { operation: "AttachSummary", input: { incidentId, input } },
        request,
      ),

    addFollowUp: (incidentId, input, request) =>
      run(
        [{ incidentId, command: parseCommand("AddFollowUp", { ...input, followUpId: ids.next() }) }],
        { operation: "AddFollowUp", input: { incidentId, input } },
        request,
      ),

    async link(incidentId, input, request) {
      const command = parseCommand("AddLink", { ...input, linkId: ids.next() });
      const asked = { operation: "AddLink", input: { incidentId, input } };
      if (command.kind !== "INCIDENT" || command.target === incidentId)
        return run([{ incidentId, command }], asked, request);
      const back: IncidentCommandOf<"AddLink"> = {
        type: "AddLink",
        linkId: command.linkId,
        kind: "INCIDENT",
        target: incidentId,
        relation: inverseRelation[command.relation],
      };
      return orEarlier(asked, request, async () => {
        const other = await requireIncident(command.target, "target", request);
        return run(
          [
            { incidentId, command },
            { incidentId: other.incidentId, command: back },
          ],
          asked,
          request,
        );
      });
    },

    async unlink(incidentId, linkId, request) {
      const command = parseCommand("RemoveLink", { linkId });
      const asked = { operation: "RemoveLink", input: { incidentId, linkId } };
      return orEarlier(asked, request, async () => {
        const incident = await requireIncident(incidentId, "incidentId", request);
        const link = incident.links.find((candidate) => candidate.linkId === linkId);
        return link?.kind === "INCIDENT"
          ? run(
              [
                { incidentId, command },
                { incidentId: link.target, command },
              ],
              asked,
              request,
            )
          : run([{ incidentId, command }], asked, request);
      });
    },

    async merge(incidentId, intoIncidentId, reason, request) {
      if (incidentId === intoIncidentId) throw invalid("intoIncidentId", "must be another incident");
      const named = [
        { incidentId, field: "incidentId" },
        { incidentId: intoIncidentId, field: "intoIncidentId" },
      ];
      const asked = { operation: "MergeIncidents", input: { incidentId, intoIncidentId, reason } };
      return orEarlier(asked, request, async () => {
        const [source, target] = await requireIncidents(named, request);
        if (source === undefined || target === undefined) throw new Error("two were asked for");
        return run(
          [
            { incidentId, command: parseCommand("MergeInto", { into: refOf(target), reason }) },
            { incidentId: intoIncidentId, command: parseCommand("ReceiveMerge", { source: refOf(source) }) },
          ],
          asked,
          request,
        );
      });
    },

    async unmerge(incidentId, reason, request) {
      const asked = { operation: "UnmergeIncident", input: { incidentId, reason } };
      for (let tries = 1; ; tries += 1) {
        try {
          return await orEarlier(asked, request, () => unmergeOnce(asked, request));
        } catch (error) {
          // Merged elsewhere since it was read: the other incident is another one now.
          if (!(error instanceof UnavailableError) || tries >= unmergeTries) throw error;
        }
      }
    },

    async attachPostmortem(incidentId, { title, content }, request) {
      const bytes = new TextEncoder().encode(content).length;
      if (bytes > limits.postmortemBytes) throw invalid("content", `must have at most ${limits.postmortemBytes} bytes`);
      if (content.trim() === "") throw invalid("content", "must not be empty");
      if (!content.isWellFormed()) throw invalid("content", "must be well-formed Unicode");
      const hash = digest(content, "hex");
      const command = parseCommand("AttachPostmortem", {
        title,
        bytes,
        digest: hash,
        ...(bytes > limits.postmortemInlineBytes ? { objectKey: `postmortems/${incidentId}/${hash}` } : { content }),
      });
      const asked = { operation: "AttachPostmortem", input: { incidentId, title, hash } };
      return orEarlier(asked, request, async () => {
        if (command.objectKey !== undefined) {
          // The object comes first: an event never points at content that is not there, nor content at no incident.
          await requireIncident(incidentId, "incidentId", request);
          await objects.put(command.objectKey, content, { once: true });
        }
        return run([{ incidentId, command }], asked, request);
      });
    },

    async postmortemContent({ incidentId, postmortem }, entries = readModel) {
      if (postmortem === undefined) return undefined;
      if (postmortem.objectKey !== undefined) return objects.get(postmortem.objectKey);
      const [entry] = await entries.getEntries([toPartKey(incidentId, postmortem.entry)]);
      return entry?.event.type === "IncidentPostmortemAttached" ? entry.event.data.content : undefined;
    },
  };
}

/** What a key stands for. */
interface Asked<Input = unknown> {
  readonly operation: string;
  readonly input: Input;
}

interface UnmergeInput {
  readonly incidentId: string;
  readonly reason: string | undefined;
}

interface IncidentStep {
  readonly incidentId: string;
  readonly command: IncidentCommand;
}

/** Parses a command's input; throws a ValidationError that names every field which broke a rule. */
function parseCommand<T extends IncidentCommandType>(type: T, input: Input<T>): IncidentCommandOf<T> {
  // The schema of a type parses to the command of that type: IncidentCommand is defined so.
  return { type, ...(parseOrRefuse(incidentCommandSchemas[type], input) as object) } as IncidentCommandOf<T>;
}

function refOf({ incidentId, number }: Incident): IncidentRef {
  return { incidentId, number };
}

function toPartKey(incidentId: string, { id, at }: PartRef): PartKey {
  return { incidentId, id, at };
}
