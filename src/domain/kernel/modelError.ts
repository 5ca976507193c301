/** What can go wrong with a model that writes, in the words that every port of one has. */

/**
 * TIMEOUT, UNAVAILABLE: another time it may go better. REFUSED: not with this. NONSENSE: the answer is not what was asked for, or
 * says what its input does not. BUDGET: it has been asked often enough for now.
 */
export type ModelFailure = "TIMEOUT" | "UNAVAILABLE" | "REFUSED" | "NONSENSE" | "BUDGET";

/** A model gave no usable answer: what rules write takes its place. Messages are ours: they hold nothing of what a model or its server said. */
export class ModelError extends Error {
  constructor(
    readonly reason: ModelFailure,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = "ModelError";
  }
}
