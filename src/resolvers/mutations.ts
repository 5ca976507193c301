/** What all mutations do with their input, their outcome and a refusal, whatever they are about. */
import type DataLoader from "dataloader";
import { DomainError, ForbiddenError, NotVisibleError, invalid } from "../domain/kernel/errors.js";
import type { StreamPosition } from "../domain/kernel/eventStore.js";
import type { Request } from "../domain/kernel/request.js";
import type { Named } from "../domain/kernel/scope.js";
import type { ChangeInput, MutationInput, MutationPayload } from "../schema/mutation.js";
import type { GraphQLContext } from "./context.js";
import { toUserErrors } from "./errors.js";
import type { UserErrorView } from "./errors.js";

/**
 * What comes with a command besides its input. Throws a ValidationError for a key without a length that a key can have, and
 * for an `expectedVersion` below `leastVersion`.
 */
export function toRequest(
  { caller, requestId }: GraphQLContext,
  { idempotencyKey, expectedVersion }: MutationInput & Partial<Pick<ChangeInput, "expectedVersion">>,
  { leastVersion = 1 }: { readonly leastVersion?: 0 | 1 } = {},
): Request {
  if (idempotencyKey != null && (idempotencyKey.length === 0 || idempotencyKey.length > 200)) {
    throw invalid("idempotencyKey", "must have 1 to 200 characters");
  }
  if (expectedVersion != null && expectedVersion < leastVersion) {
    throw invalid("expectedVersion", `must be ${leastVersion} or more`);
  }
  return {
    actor: caller.actor,
    scope: caller.projects,
    correlationId: requestId,
    idempotencyKey: idempotencyKey ?? undefined,
    expectedVersion: expectedVersion ?? undefined,
  };
}

/** Names what is not in a command, and leaves out nulls, which mean "not given". */
export function given<T extends object>(input: T): { [K in keyof T]: Exclude<T[K], null> } {
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== null && value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], null>;
  };
}

/** A payload without what all payloads have. */
type Own<Payload extends MutationPayload> = Omit<Payload, "errors" | "position">;

// #region answer
/**
 * Runs a change and answers with its outcome, or with the reasons why it was refused; `nothing` is the rest of the payload
 * then. `at`: where the ledger stood behind the change.
 */
export async function answer<Payload extends MutationPayload>(
  context: GraphQLContext,
  nothing: Own<Payload>,
  change: () => Promise<Own<Payload> & { readonly at: StreamPosition | undefined }>,
  toErrors: (error: DomainError) => UserErrorView[] = toUserErrors,
): Promise<Own<Payload> & Pick<MutationPayload, "errors" | "position">> {
  try {
    const { at, ...own } = await change();
    // `own` is Own<Payload>: all that was returned, without `at`.
    return { ...(own as unknown as Own<Payload>), errors: [], ...positionOf(context, at) };
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    noteRefusal(context, error);
    return { ...nothing, errors: toErrors(error) };
  }
}
// #endregion

export function positionOf(
  { cursors }: GraphQLContext,
  at: StreamPosition | undefined,
): { readonly position?: string } {
  return at === undefined ? {} : { position: cursors.encodePosition({ kind: "stream", stream: at }) };
}

/** What a change has just made is not asked for again. `row`: absent where it is not known, and must be read. */
export function keep<Row>(
  loader: DataLoader<string, Row | undefined>,
  { id, row }: { readonly id: string; readonly row: Row | undefined },
): void {
  loader.clear(id);
  if (row !== undefined) loader.prime(id, row);
}

interface Kept<Row> {
  readonly row: Row | undefined;
  /** Where it may be instead, as in an archive. */
  readonly elsewhere?: DataLoader<string, unknown> | undefined;
}

/**
 * The same, where the outcome may be that of an earlier call, which has no row: what it was about may have left the caller's
 * projects since. @throws NotVisibleError there. One read more for a repeat by a caller who may not see all.
 */
export async function keepInSight<Row>(
  { caller }: Pick<GraphQLContext, "caller">,
  loader: DataLoader<string, Row | undefined>,
  { entity, id, field, row, elsewhere }: Named & Kept<Row>,
): Promise<void> {
  keep(loader, { id, row });
  if (row !== undefined || caller.projects === "all") return;
  const found: unknown = (await loader.load(id)) ?? (await elsewhere?.load(id));
  if (found === undefined) throw new NotVisibleError(entity, id, [field]);
}

/** Leaves a trace of a refusal that is for the audit trail. */
export function noteRefusal({ audit, attempt }: GraphQLContext, error: unknown): void {
  const field = attempt.field ?? "Mutation";
  if (error instanceof NotVisibleError) {
    audit.denied({ reason: "FOREIGN_PROJECT", field, entity: error.entity, entityId: error.id });
  }
  if (error instanceof ForbiddenError) audit.denied({ reason: "FORBIDDEN", field });
}
