/** Ingest: a delivery is recorded once, whatever comes twice, and takes nobody's place. */
import type { CommandHandler, CommandRequest } from "../kernel/commandHandler.js";
import {
  DomainError,
  IdempotencyKeyReusedError,
  UnavailableError,
  VersionConflictError,
  invalid,
} from "../kernel/errors.js";
import { RowTakenError } from "../kernel/eventStore.js";
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

type Answer = Ingested | { readonly refused: Error };

/** A delivery and its place in the list that it came in. */
interface Numbered {
  readonly index: number;
  readonly delivery: Delivery;
}

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

  /** An answer for each of a transaction's worth. Those that came before are taken out, and the others go on. */
  const recordChunk = async (chunk: readonly Numbered[], request: Request): Promise<Map<number, Answer>> => {
    const answers = new Map<number, Answer>();
    let left = chunk;
    while (left.length > 0) {
      try {
        const ingested = await record(
          left.map(({ delivery }) => delivery),
          request,
        );
        for (const [place, one] of ingested.entries()) answers.set(left[place]?.index ?? -1, one);
        return answers;
      } catch (error) {
        const before = left.length;
        if (error instanceof VersionConflictError) left = await takeOutRepeated(left, answers);
        if (left.length < before) continue;
        if (left.length === 1 || error instanceof UnavailableError) {
          const refused = refusalOf(error);
          for (const { index } of left) answers.set(index, { refused });
          return answers;
        }
        // One of them cannot be recorded, and which is not said: each for itself.
        for (const one of left)
          for (const [index, answer] of await recordChunk([one], request)) answers.set(index, answer);
        return answers;
      }
    }
    return answers;
  };

  const takeOutRepeated = async (
    chunk: readonly Numbered[],
    answers: Map<number, Answer>,
  ): Promise<readonly Numbered[]> => {
    const found = await orRefused(() => findRepeated(chunk.map(({ delivery }) => delivery)));
    if ("refused" in found) {
      for (const { index } of chunk) answers.set(index, found);
      return [];
    }
    for (const [place, { index }] of chunk.entries()) {
      const answer = found[place];
      if (answer !== undefined) answers.set(index, answer);
    }
    return chunk.filter((_, place) => found[place] === undefined);
  };

  /** What the caller is told of an error: the refusal, or that something went wrong with this item. */
  const refusalOf = (error: unknown): DomainError => {
    if (error instanceof DomainError) return error;
    report?.(error);
    return new UnavailableError("it could not be recorded; try again", [], { cause: error });
  };

  const orRefused = async <T>(work: () => Promise<T>): Promise<T | { readonly refused: DomainError }> => {
    try {
      return await work();
    } catch (error) {
      return { refused: refusalOf(error) };
    }
  };

  const ingestMany: Ingest["ingestMany"] = async (inputs, request) => {
    if (inputs.length > limits.ingestItems) throw invalid("events", `must have at most ${limits.ingestItems}`);
    const answers = new Map<number, Answer>();
    const fresh = new Map<string, Numbered>();
    /** Items that say the same as an earlier one, and that one. */
    const sameAs = new Map<number, number>();
    await intake.prepare(inputs, request);
    // One after the other: each takes its place behind the one before.
    for (const [index, input] of inputs.entries()) {
      const delivery = await orRefused(() => intake.read(input, request));
      if ("refused" in delivery) answers.set(index, delivery);
      else {
        const earlier = fresh.get(delivery.projectEventId);
        if (earlier === undefined) fresh.set(delivery.projectEventId, { index, delivery });
        else sameAs.set(index, earlier.index);
      }
    }
    await Promise.all(
      [...fresh].map(async ([projectEventId, { index, delivery }]) => {
        const kept = await orRefused(() => intake.keepOriginal(delivery));
        if (kept === undefined) return;
        answers.set(index, kept);
        fresh.delete(projectEventId);
      }),
    );
    for (const chunk of chunksOf([...fresh.values()]))
      for (const [index, answer] of await recordChunk(chunk, request)) answers.set(index, answer);
    for (const [index, earlier] of sameAs) answers.set(index, toRepeated(answers.get(earlier)));
    return inputs.map((_, index) => required(answers.get(index)));
  };

  return { ingest, ingestMany };
}

function required(answer: Answer | undefined): Answer {
  if (answer === undefined) throw new Error("every item has an answer");
  return answer;
}

/** The answer to an item that comes a second time. */
function toRepeated(first: Answer | undefined): Answer {
  const answer = required(first);
  if ("refused" in answer) return answer;
  const { projectEventId, position } = answer;
  return { projectEventId, position, repeated: true };
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
function chunksOf(all: readonly Numbered[]): readonly (readonly Numbered[])[] {
  const chunks: Numbered[][] = [];
  let bytes = 0;
  for (const one of all) {
    const size = bytesOf(one.delivery);
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
