/** Recording facts: once each, whatever comes twice, with what their entities' metrics come to. */
import { underCallersKey } from "../kernel/callerKey.js";
import type { CommandHandler } from "../kernel/commandHandler.js";
import { IdempotencyKeyReusedError, invalid } from "../kernel/errors.js";
import type { Recorded } from "../kernel/event.js";
import { RowTakenError } from "../kernel/eventStore.js";
import type { EventStore, StreamPosition } from "../kernel/eventStore.js";
import { recordMany } from "../kernel/recordMany.js";
import type { Answered } from "../kernel/recordMany.js";
import { toMetadata } from "../kernel/request.js";
import type { Request } from "../kernel/request.js";
import { runCommands } from "../kernel/runCommands.js";
import type { Step } from "../kernel/runCommands.js";
import { toActivity } from "./activity.js";
import type { InsightsCommand } from "./commands.js";
import type { InsightsEvent } from "./events.js";
import { createActivityIntake } from "./intake.js";
import type { ActivityDelivery, ActivityIntakeDeps } from "./intake.js";
import { tallyKey, toEntityStream } from "./keys.js";
import type { InsightsReadModel } from "./readModel.js";
import type { InsightsService, RecordedActivity } from "./service.js";
import type { InsightsState } from "./state.js";
import { bucketStart } from "./tallies.js";
import { limits } from "./values.js";

export interface RecordingDeps extends ActivityIntakeDeps {
  readonly commands: Pick<CommandHandler<InsightsState, InsightsCommand>, "handle">;
  /** Keeps the keys of calls with many facts. */
  readonly eventStore: Pick<EventStore, "append">;
  readonly readModel: Pick<InsightsReadModel, "getActivities">;
  /** Told of an error that nobody foresaw, where it costs one item of many and not the call. @default nobody */
  readonly report?: ((error: unknown) => void) | undefined;
}

export type Recording = Pick<InsightsService, "recordActivity" | "recordActivities">;

/** Items of one transaction, as DynamoDB takes them. */
const chunkItems = 100;
/** Bytes of the events of a transaction: below what one commit may hold, should all be of one entity. */
const chunkBytes = 200_000;
/** What is recorded about an event besides its data, at most. */
const eventBytes = 1_000;

export function createRecording(deps: RecordingDeps): Recording {
  const { commands, eventStore, readModel, report } = deps;
  const intake = createActivityIntake(deps);

  /** What became of the facts that came before; undefined for those that did not. One request for up to 100. */
  const findRepeated = async (
    deliveries: readonly ActivityDelivery[],
  ): Promise<readonly (Answered<RecordedActivity> | undefined)[]> => {
    const found = await readModel.getActivities(deliveries.map(({ fact }) => fact.activityId));
    return deliveries.map((delivery, index) => {
      const activity = found[index];
      if (activity === undefined) return undefined;
      const position = { streamId: toEntityStream(delivery.entityKey), version: activity.version };
      return repeatOf(delivery, activity.inputHash, position);
    });
  };

  /** Records facts in one transaction, those of an entity in one commit. */
  const record = async (
    deliveries: readonly ActivityDelivery[],
    request: Request,
  ): Promise<readonly RecordedActivity[]> => {
    const byEntity = [...groupByEntity(deliveries).values()];
    const { positions, states, events } = await commands.handle(byEntity.map(toStep), toMetadata(request));
    const recorded = new Map(
      byEntity.flatMap((own, index) =>
        own.map((delivery) => [
          delivery,
          toRecorded(delivery, { position: positions[index], state: states[index], events: events[index] }),
        ]),
      ),
    );
    return deliveries.flatMap((delivery) => recorded.get(delivery) ?? []);
  };

  /**
   * Claims the caller's key for a whole call, once, before the first of its facts is written: whoever is cut off between two
   * transactions may call again. `make` throws where the key stands for another call; `refusals` has that error then. One
   * request; none without a key.
   */
  const createClaim = (inputs: readonly unknown[], { actor, idempotencyKey: key }: Request) => {
    const asked = { operation: "RecordActivities", input: inputs };
    const refusals: IdempotencyKeyReusedError[] = [];
    let made: Promise<unknown> | undefined;
    const claim = () =>
      underCallersKey({ actor, key, asked }, async (idempotency) => {
        if (idempotency !== undefined) await eventStore.append({ appends: [], idempotency, outcome: [] });
      }).catch((error: unknown) => {
        if (error instanceof IdempotencyKeyReusedError) refusals.push(error);
        throw error;
      });
    return { make: () => (made ??= claim()), refusals };
  };

  return {
    async recordActivity(input, request) {
      const delivery = await intake.read(input, request, { place: 0 });
      const asked = { operation: "RecordActivity", input: [delivery.entityKey, delivery.fact.inputHash] };
      try {
        const { position, states, events, repeated } = await runCommands(
          commands,
          [toStep([delivery])],
          asked,
          request,
        );
        return repeated
          ? { ...namesOf(delivery), repeated, position }
          : toRecorded(delivery, { position, state: states[0], events: events[0] });
      } catch (error) {
        if (!(error instanceof RowTakenError)) throw error;
        const [found] = await findRepeated([delivery]);
        if (found === undefined) throw error;
        if ("refused" in found) throw found.refused;
        return found;
      }
    },

    async recordActivities(inputs, request, { isSigned = false } = {}) {
      if (inputs.length > limits.activities) throw invalid("activities", `must have at most ${limits.activities}`);
      if (request.expectedVersion !== undefined) throw invalid("expectedVersion", "means nothing here");
      const claim = createClaim(inputs, request);
      const answers = await recordMany<unknown, ActivityDelivery, RecordedActivity>(inputs, {
        read: (input, place) => intake.read(input, request, { place, isSigned }),
        idOf: ({ fact }) => fact.activityId,
        chunksOf,
        record: async (deliveries) => {
          await claim.make();
          return record(deliveries, request);
        },
        mayBeRepeat: (error) => error instanceof RowTakenError,
        findRepeated,
        repeatOf: (delivery, earlier, { position }) => repeatOf(delivery, earlier.fact.inputHash, position),
        report,
      });
      const [refused] = claim.refusals;
      if (refused !== undefined) throw refused;
      return answers;
    },
  };
}

function groupByEntity(deliveries: readonly ActivityDelivery[]): ReadonlyMap<string, readonly ActivityDelivery[]> {
  const byEntity = new Map<string, ActivityDelivery[]>();
  for (const delivery of deliveries) {
    const own = byEntity.get(delivery.entityKey);
    if (own === undefined) byEntity.set(delivery.entityKey, [delivery]);
    else own.push(delivery);
  }
  return byEntity;
}

function toStep(deliveries: readonly ActivityDelivery[]): Step<InsightsCommand> {
  const [first] = deliveries;
  if (first === undefined) throw new Error("there must be a fact to record");
  const { entityKey, yardstick } = first;
  const activities = deliveries.map(({ fact }) => fact);
  return { streamId: toEntityStream(entityKey), command: { type: "RecordActivities", activities, yardstick } };
}

function namesOf({ entity, fact }: ActivityDelivery): Pick<RecordedActivity, "activityId" | "entityType" | "entityId"> {
  return { activityId: fact.activityId, entityType: entity.type, entityId: entity.id };
}

function toRecorded(
  delivery: ActivityDelivery,
  {
    position,
    state,
    events = [],
  }: {
    readonly position: StreamPosition | undefined;
    readonly state: InsightsState | undefined;
    readonly events: readonly Recorded[] | undefined;
  },
): RecordedActivity {
  if (position === undefined) throw new Error("a command leads to a position");
  const entity = state?.kind === "entity" ? state.entity : undefined;
  const activity = events
    // The decider of this context has made them.
    .flatMap((event) => toActivity(event as Recorded<InsightsEvent>, delivery.entityKey) ?? [])
    .find(({ activityId }) => activityId === delivery.fact.activityId);
  return {
    ...namesOf(delivery),
    repeated: false,
    position,
    ...(activity === undefined ? {} : { activity }),
    ...(entity === undefined ? {} : { entity }),
  };
}

/** The answer to what has the id of a fact that is recorded: the same, or a refusal where it says something else. */
function repeatOf(delivery: ActivityDelivery, inputHash: string, position: StreamPosition): Answered<RecordedActivity> {
  const { fact, idempotencyKey } = delivery;
  if (fact.inputHash === inputHash) return { ...namesOf(delivery), repeated: true, position };
  return {
    refused:
      idempotencyKey === undefined
        ? invalid("dedupeId", `stands for another fact of ${fact.source}: ${fact.dedupeId}`)
        : new IdempotencyKeyReusedError(idempotencyKey),
  };
}

/**
 * Facts in chunks that one transaction can hold, those of an entity side by side. Of each entity there is a commit and its row,
 * of each kind and hour a tally, and each fact has a row.
 */
function chunksOf(all: readonly ActivityDelivery[]): readonly (readonly ActivityDelivery[])[] {
  const chunks: ActivityDelivery[][] = [];
  let [written, bytes] = [new Set<string>(), 0];
  for (const delivery of [...groupByEntity(all).values()].flat()) {
    const items = itemsOf(delivery);
    const size = eventBytes + new TextEncoder().encode(JSON.stringify(delivery.fact)).length;
    const chunk = chunks.at(-1);
    const together = new Set([...written, ...items]);
    if (chunk === undefined || together.size > chunkItems || bytes + size > chunkBytes) {
      chunks.push([delivery]);
      [written, bytes] = [new Set(items), size];
    } else {
      chunk.push(delivery);
      [written, bytes] = [together, bytes + size];
    }
  }
  return chunks;
}

/** What a transaction writes for a fact, by names. */
function itemsOf({ entityKey, fact }: ActivityDelivery): readonly string[] {
  const tally = tallyKey({ from: bucketStart(fact.occurredAt), kind: fact.kind });
  return [`commit ${entityKey}`, `row ${entityKey}`, `tally ${entityKey} ${tally}`, `fact ${fact.activityId}`];
}
