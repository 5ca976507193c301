/** What can go wrong with a model, in the words that every port of one has. */

export type FailureReason = "TIMEOUT" | "UNAVAILABLE" | "REFUSED" | "NONSENSE" | "BUDGET";

/** Makes the port's own error. Messages are ours: they hold nothing of what a model or its server said. */
export type Fail = (reason: FailureReason, message: string, options?: ErrorOptions) => Error;
