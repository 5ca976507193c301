/** Ingest: a delivery is recorded once, whatever comes twice, and takes nobody's place. */
import type { CommandHandler, CommandRequest } from "../kernel/commandHandler.js";
import { IdempotencyKeyReusedError, UnavailableError, VersionConflictError, invalid } from "../kernel/errors.js";
import { RowTakenError } from "../kernel/eventStore.js";
import { recordMany } from "../kernel/recordMany.js";
import type { Answered } from "../kernel/recordMany.js";
import { toMetadata } from "../kernel/request.js";
import type { Request } from "../kernel/request.js";
import { toStreamName } from "../kernel/streamName.js";
import type { ProjectsCommand } from "./commands.js";
import { projectEventCategory } from "./events.js";
import { bytesOf } from "./intake.js";
import type { Delivery, Intake } from "./intake.js";
import type { ProjectReadModel } from "./readModel.js";
import type { Ingested, ProjectService } from "./service.js";
import type { ProjectsState } from "./state.js";
import { limits } from "./values.js";

export interface IngestDeps {
  readonly commands: Pick<CommandHandler<ProjectsState, ProjectsCommand>, "handle">;
  readonly readModel: Pick<ProjectReadModel, "getProjectEvents">;
  readonly intake: Intake;
  /** Told of an error that nobody foresaw, where it costs one item of many and not the call. @default nobody */
  readonly report?: ((error: unknown) => void) | undefined;
}

export type Ingest = Pick<ProjectService, "ingest" | "ingestMany">;

type Answer = Answered<Ingested>;

/** Places of one project that are tried where other processes take them at the same time. */
const placesAtMost = 64;
/** Bytes of one transaction; DynamoDB takes 4 MB. */
const chunkBytes = 3_000_000;

export function createIngest({ commands, readModel, intake, report }: IngestDeps): Ingest {
  /** Records deliveries in one transaction. Each gets another place for as long as places are taken. */
  const record = async (deliveries: readonly Delivery[], request: Request): Promise<readonly Ingested[]> => {
    let placed = deliveries;
    for (let tries = 1; ; tries += 1) {
      try {
        const { positions, states } = await commands.handle(placed.map(toRequest), toMetadata(request));
        return placed.map(({ projectEventId }, index) => toIngested(projectEventId, positions[index], states[index]));
      } catch (error) {
        if (!(error instanceof RowTakenError)) throw error;
        if (tries >= placesAtMost)
          throw new UnavailableError("too many events come at the same time; try again", [], { cause: error });
        // All of them, so that their order stays.
        placed = placed.map((delivery) => ({ ...delivery, command: intake.elsewhere(delivery.command) }));
      }
    }
  };

  const ingest = async (input: unknown, request: Request): Promise<Ingested> => {
    const delivery = await intake.read(input, request);
    await intake.keepOriginal(delivery);
    try {
      const [ingested] = await record([delivery], request);
      if (ingested === undefined) throw new Error("a delivery leads to an event");
      return ingested;
    } catch (error) {
      if (!(error instanceof VersionConflictError)) throw error;
      const [repeated] = await findRepeated([delivery]);
      if (repeated === undefined) throw error;
      if ("refused" in repeated) throw repeated.refused;
      return repeated;
    }
  };

  /** What became of the deliveries that came before; undefined for those that did not. One request for up to 100. */
  const findRepeated = async (deliveries: readonly Delivery[]): Promise<readonly (Answer | undefined)[]> => {
    const events = await readModel.getProjectEvents(deliveries.map(({ projectEventId }) => projectEventId));
    return deliveries.map(({ projectEventId, idempotencyKey, command }, index) => {
      const event = events[index];
      if (event === undefined) return undefined;
      if (idempotencyKey !== undefined && event.inputHash !== command.inputHash)
        return { refused: new IdempotencyKeyReusedError(idempotencyKey) };
      const position = { streamId: toStreamName(projectEventCategory, projectEventId), version: event.version };
      return { projectEventId, repeated: true, position };
    });
  };

  const ingestMany: Ingest["ingestMany"] = async (inputs, request) => {
    if (inputs.length > limits.ingestItems) throw invalid("events", `must have at most ${limits.ingestItems}`);
    await intake.prepare(inputs, request);
    return recordMany<unknown, Delivery, Ingested>(inputs, {
      read: (input) => intake.read(input, request),
      idOf: ({ projectEventId }) => projectEventId,
      prepare: (delivery) => intake.keepOriginal(delivery),
      chunksOf,
      record: (deliveries) => record(deliveries, request),
      mayBeRepeat: (error) => error instanceof VersionConflictError,
      findRepeated,
      repeatOf: (_item, _earlier, { projectEventId, position }) => ({ projectEventId, position, repeated: true }),
      report,
    });
  };

  return { ingest, ingestMany };
}

function toRequest({ projectEventId, command }: Delivery): CommandRequest<ProjectsCommand> {
  return { streamId: toStreamName(projectEventCategory, projectEventId), command, expectedVersion: 0 };
}

function toIngested(
  projectEventId: string,
  position: Ingested["position"] | undefined,
  state: ProjectsState | undefined,
): Ingested {
  if (position === undefined) throw new Error("a command leads to a position");
  const projectEvent = state?.kind === "project-event" ? state.projectEvent : undefined;
  return { projectEventId, repeated: false, position, ...(projectEvent === undefined ? {} : { projectEvent }) };
}

/** In order, each within one transaction's items and bytes. */
function chunksOf(all: readonly Delivery[]): readonly (readonly Delivery[])[] {
  const chunks: Delivery[][] = [];
  let bytes = 0;
  for (const one of all) {
    const size = bytesOf(one);
    const chunk = chunks.at(-1);
    if (chunk === undefined || chunk.length >= limits.batchEvents || bytes + size > chunkBytes) {
      chunks.push([one]);
      bytes = size;
    } else {
      chunk.push(one);
      bytes += size;
    }
  }
  return chunks;
}
