/** A caller's idempotency key as the store keeps it: the same key of another caller is another key. */
import { IdempotencyKeyReusedError } from "./errors.js";
import type { Actor } from "./event.js";
import type { Idempotency } from "./eventStore.js";
import { canonicalJson } from "./hashChain.js";

/**
 * Runs `act` with the record of a caller's key, or with none where no key was given. `asked` is what the key stands for; a
 * refusal because it stood for something else names the key as the caller wrote it. Throws what `act` throws.
 */
export async function underCallersKey<Result>(
  { actor, key, asked }: { readonly actor: Actor; readonly key: string | undefined; readonly asked: unknown },
  act: (idempotency: Idempotency | undefined) => Promise<Result>,
): Promise<Result> {
  if (key === undefined) return act(undefined);
  try {
    return await act({ key: JSON.stringify([actor.kind, actor.id, key]), payload: canonicalJson(asked) });
  } catch (error) {
    throw error instanceof IdempotencyKeyReusedError ? new IdempotencyKeyReusedError(key, { cause: error }) : error;
  }
}
