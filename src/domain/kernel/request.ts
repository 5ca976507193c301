/** What comes with every command besides its input: who asks, and how often they may have asked before. */
import type { CommandMetadata } from "./commandHandler.js";
import type { Actor } from "./event.js";
import type { Idempotency } from "./eventStore.js";
import type { Scope } from "./scope.js";

export interface Request {
  readonly actor: Actor;
  /** Whose part of the ledger the one who asks may see and change. */
  readonly scope: Scope;
  readonly correlationId: string;
  /**
   * The event that set this off, and the id that the command has by it; absent where somebody asks. Where several commands
   * follow from one request, one after the other, all have that id.
   */
  readonly causationId?: string | undefined;
  readonly commandId?: string | undefined;
  /** Chosen by the caller; a repeat with the same key and input returns the first outcome, for good. */
  readonly idempotencyKey?: string | undefined;
  /** Refuse unless the stream that is changed is at this version. */
  readonly expectedVersion?: number | undefined;
}

/** What is the same for all events of a request. `idempotency`: the record of the caller's key, for the commands under it. */
export function toMetadata(
  { actor, scope, correlationId, causationId, commandId }: Request,
  idempotency?: Idempotency,
): CommandMetadata {
  return { actor, scope, correlationId, causationId, commandId, ...(idempotency === undefined ? {} : { idempotency }) };
}
