/** What a sender is told of the facts that it has delivered. */
import type { DomainError } from "../../domain/kernel/errors.js";
import {
  ForbiddenError,
  IdempotencyKeyReusedError,
  NotFoundError,
  ValidationError,
  invalid,
} from "../../domain/kernel/errors.js";
import type { Request } from "../../domain/kernel/request.js";
import { limits } from "../../domain/insights/index.js";
import type { InsightsService, RecordedActivity } from "../../domain/insights/index.js";
import type { Reading } from "../../adapters/webhooks/webhook.js";
import type { SignedAnswer } from "./signedRoute.js";

type Delivered = Extract<Reading, { readonly kind: "activities" }>;
type Recorded = Awaited<ReturnType<InsightsService["recordActivities"]>>[number];

/**
 * Records the facts, each of a list by itself. 202 where one of them is taken, now or before; 400 where none is, with what is
 * wrong with each field. Throws what passes, such as an UnavailableError: the sender tries again, and what was taken is a repeat.
 */
export async function recordDelivered(
  { inputs, isList }: Delivered,
  record: InsightsService["recordActivities"],
  request: Request,
): Promise<SignedAnswer> {
  if (inputs.length === 0) return malformed(toErrors(invalid("data", "must have at least one fact")));
  if (inputs.length > limits.activities) {
    return malformed(toErrors(invalid("data", `must have at most ${limits.activities} facts`)));
  }
  const recorded = await record(inputs, request, { isSigned: true });
  for (const one of recorded) if ("refused" in one && !isForGood(one.refused)) throw one.refused;
  const items = recorded.map((one, index) => toItem(one, isList ? `data.${index}` : "data"));
  const taken = items.filter((item) => "activityId" in item);
  if (taken.length === 0) return malformed(items.flatMap((item) => ("errors" in item ? item.errors : [])));
  const outcome = taken.every(({ status }) => status === "repeated") ? "repeated" : "accepted";
  return { status: 202, outcome, body: isList ? { status: outcome, activities: items } : (items[0] ?? {}) };
}

function malformed(errors: readonly object[]): SignedAnswer {
  return { status: 400, outcome: "malformed", body: { errors } };
}

type Refusal = ValidationError | ForbiddenError | NotFoundError | IdempotencyKeyReusedError;

/** Whether the same would be refused again, however often it comes. */
function isForGood(error: Error): error is Refusal {
  const kinds = [ValidationError, ForbiddenError, NotFoundError, IdempotencyKeyReusedError];
  return kinds.some((kind) => error instanceof kind);
}

function toItem(recorded: Recorded, place: string) {
  if (!("refused" in recorded)) return toTaken(recorded);
  // Whatever else went wrong was thrown before.
  return { status: "refused" as const, errors: isForGood(recorded.refused) ? toErrors(recorded.refused, place) : [] };
}

function toTaken({ repeated, activityId, entityType, entityId }: RecordedActivity) {
  return { status: repeated ? ("repeated" as const) : ("accepted" as const), activityId, entityType, entityId };
}

function toErrors(error: DomainError, ...place: readonly string[]) {
  const problems =
    error instanceof ValidationError ? error.problems : [{ message: error.message, path: error.inputPath }];
  const code = error.code === "VALIDATION" ? "BAD_USER_INPUT" : error.code;
  return problems.map(({ message, path }) => ({ message, extensions: { code, field: [...place, ...path].join(".") } }));
}
