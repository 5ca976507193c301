/** The processors for their operators: how they are doing, what they could not do, and what is to be done about it. */
import { Arg, Args, Authorized, Ctx, Mutation, Query, Resolver } from "type-graphql";
import { underCallersKey } from "../../domain/kernel/callerKey.js";
import { DomainError, NotFoundError, VersionConflictError, invalid } from "../../domain/kernel/errors.js";
import type { Idempotency } from "../../domain/kernel/eventStore.js";
import type {
  DeadLetter as DeadLetterRow,
  DeadLetterRequest,
  ProcessorStatus,
} from "../../domain/kernel/processing.js";
import { ConnectionArgs, pageComplexity } from "../../schema/connection.js";
import type { Connection } from "../../schema/connection.js";
import {
  DeadLetterConnection,
  Processor,
  RetryDeadLetterInput,
  RetryDeadLetterPayload,
  SkipDeadLetterInput,
  SkipDeadLetterPayload,
} from "../../schema/ledger/processor.type.js";
import type { DeadLetter, DeadLetterInput } from "../../schema/ledger/processor.type.js";
import type { GraphQLContext } from "../context.js";
import { toUserErrors } from "../errors.js";
import { toConnection, toPageRequest } from "../paging.js";
import type { List } from "../paging.js";

const reasonAtMost = 1_000;

type Payload = RetryDeadLetterPayload;

@Resolver()
export class OperateQueries {
  @Authorized("OPERATOR")
  @Query(() => [Processor], { complexity: 20, description: "The processors behind the change feed, and how they are." })
  async processors(@Ctx() { control, cursors }: GraphQLContext): Promise<Processor[]> {
    const statuses = await control.list();
    return statuses.map(({ position, ...status }: ProcessorStatus) => ({
      ...defined(status),
      position: cursors.encodePosition({ kind: "feed", feed: position }),
    }));
  }

  @Authorized("OPERATOR")
  @Query(() => DeadLetterConnection, {
    complexity: pageComplexity,
    description: "Streams that processors have parked, as they could not go on with them; oldest first.",
  })
  async deadLetters(
    @Ctx() { control, cursors }: GraphQLContext,
    @Args(() => ConnectionArgs) args: ConnectionArgs,
    @Arg("processor", () => String, { nullable: true, description: "Only those of the processor with this name." })
    processor?: string | null,
  ): Promise<Connection<DeadLetter>> {
    const list: List = { cursors, scope: `deadLetters/${processor ?? ""}` };
    const request = toPageRequest(list, args);
    const rows = (await control.deadLetters(processor ?? undefined))
      .map((row) => ({ row, cursor: rankOf(row) }))
      .filter(({ cursor }) => request.after === undefined || cursor > request.after)
      .sort((a, b) => (a.cursor < b.cursor ? -1 : 1));
    const page = { rows: rows.slice(0, request.first), hasMore: rows.length > request.first };
    return toConnection(list, page, request, toDeadLetterView);
  }
}

@Resolver()
export class OperateMutations {
  @Authorized("OPERATOR")
  @Mutation(() => RetryDeadLetterPayload, {
    description: "Asks a processor to try a parked stream again; it does so within moments.",
  })
  async retryDeadLetter(
    @Ctx() context: GraphQLContext,
    @Arg("input", () => RetryDeadLetterInput, { description: "Which." }) input: RetryDeadLetterInput,
  ): Promise<Payload> {
    return answer(context, input, "RETRY", {});
  }

  @Authorized("OPERATOR")
  @Mutation(() => SkipDeadLetterPayload, {
    description:
      "Asks a processor to leave a parked event out and to go on behind it. What the event should have led to is missing from then on; who did it, and why, goes to the audit log.",
  })
  async skipDeadLetter(
    @Ctx() context: GraphQLContext,
    @Arg("input", () => SkipDeadLetterInput, { description: "Which, and why." }) input: SkipDeadLetterInput,
  ): Promise<Payload> {
    return answer(context, input, "SKIP", { reason: input.reason });
  }
}

/** Runs a request and answers with the letter, or with the reasons why it was refused. */
async function answer(
  context: GraphQLContext,
  input: DeadLetterInput,
  what: DeadLetterRequest,
  details: { readonly reason?: string },
): Promise<Payload> {
  try {
    const { reason } = details;
    if (reason !== undefined && (reason.trim() === "" || reason.length > reasonAtMost)) {
      throw invalid("reason", `must have 1 to ${reasonAtMost} characters`);
    }
    const letter = await requestOnce(context, input, what, details);
    return { errors: [], ...(letter === undefined ? {} : { deadLetter: toDeadLetterView(letter) }) };
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return { errors: toUserErrors(error) };
  }
}

/** The letter behind the request; undefined where the call repeats an earlier one, and the letter has gone since. */
async function requestOnce(
  context: GraphQLContext,
  input: DeadLetterInput,
  what: DeadLetterRequest,
  details: { readonly reason?: string },
): Promise<DeadLetterRow | undefined> {
  const { processor, streamId, expectedVersion } = input;
  const asked = { operation: `${what}_DEAD_LETTER`, input: { processor, streamId, expectedVersion, ...details } };
  const key = input.idempotencyKey ?? undefined;
  if (key?.length === 0 || (key?.length ?? 0) > 200) throw invalid("idempotencyKey", "must have 1 to 200 characters");
  return underCallersKey({ actor: context.caller.actor, key, asked }, (idempotency) =>
    request(context, input, { what, details, idempotency }),
  );
}

async function request(
  { control, eventStore, operators, caller, requestId }: GraphQLContext,
  { processor, streamId, expectedVersion }: DeadLetterInput,
  asked: {
    readonly what: DeadLetterRequest;
    readonly details: { readonly reason?: string };
    readonly idempotency: Idempotency | undefined;
  },
): Promise<DeadLetterRow | undefined> {
  const { what, details, idempotency } = asked;
  const parked = (await control.deadLetters(processor)).find((letter) => letter.streamId === streamId);
  if (idempotency !== undefined && (await eventStore.findOutcome(idempotency)) !== undefined) return parked;
  if (parked === undefined) throw new NotFoundError("DeadLetter", `${processor}/${streamId}`, ["streamId"]);
  if (expectedVersion != null && parked.version !== expectedVersion) {
    throw new VersionConflictError(streamId, expectedVersion, parked.version);
  }
  // Once more, with the write: by then the letter may be about another event.
  const letter = await control.request(processor, streamId, what, parked.version);
  operators.acted({
    action: what === "SKIP" ? "deadLetter.skip" : "deadLetter.retry",
    actor: caller.actor,
    correlationId: requestId,
    details: { processor, streamId, version: letter.version, eventId: letter.eventId, ...details },
  });
  // Behind the act: a crash in between repeats it on the same letter, which is asking once.
  if (idempotency !== undefined) await eventStore.append({ appends: [], idempotency, outcome: [] });
  return letter;
}

/** Oldest first, and unique. */
function rankOf({ parkedAt, processor, streamId }: DeadLetterRow): string {
  return `${parkedAt}/${processor}/${streamId}`;
}

function toDeadLetterView({ log: _log, position: _position, ...letter }: DeadLetterRow): DeadLetter {
  return defined(letter);
}

/** Without what is undefined, which the types of the schema do not know. */
function defined<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}
