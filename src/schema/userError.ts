/** User errors: how a mutation says why it did nothing. */
import { Field, ID, InterfaceType, Int, ObjectType, registerEnumType } from "type-graphql";

/** Codes of refusals, for payloads and for `extensions.code`. */
export enum UserErrorCode {
  VALIDATION = "VALIDATION",
  NOT_FOUND = "NOT_FOUND",
  INVALID_TRANSITION = "INVALID_TRANSITION",
  VERSION_CONFLICT = "VERSION_CONFLICT",
  LEASE_LOST = "LEASE_LOST",
  IDEMPOTENCY_KEY_REUSED = "IDEMPOTENCY_KEY_REUSED",
  FORBIDDEN = "FORBIDDEN",
  RATE_LIMITED = "RATE_LIMITED",
  UNAVAILABLE = "UNAVAILABLE",
}

registerEnumType(UserErrorCode, {
  name: "UserErrorCode",
  description: "Why something was refused. Tolerate codes you do not know: new ones may come.",
  valuesConfig: {
    VALIDATION: { description: "A field breaks a rule of form or content." },
    NOT_FOUND: { description: "What the input names does not exist." },
    INVALID_TRANSITION: { description: "The present status does not allow this step." },
    VERSION_CONFLICT: { description: "Somebody else was faster: the thing is not at `expectedVersion`." },
    LEASE_LOST: { description: "You hold no lease on it (any more): stop working on it." },
    IDEMPOTENCY_KEY_REUSED: { description: "The idempotency key stands for an earlier, different input." },
    FORBIDDEN: { description: "You may not do this." },
    RATE_LIMITED: { description: "You have asked too often: wait `retryAfter` seconds." },
    UNAVAILABLE: { description: "The store did not take the write; repeat it with the same idempotency key." },
  },
});

@InterfaceType({
  description:
    "Why a mutation was refused. When there are errors, nothing was written; only UNAVAILABLE may leave that open, so repeat the mutation with its idempotency key.",
  autoRegisterImplementations: true,
  resolveType: (error: { __typename: string }) => error.__typename,
})
export abstract class UserError {
  @Field(() => UserErrorCode, { description: "The kind of refusal, to branch on." })
  code!: UserErrorCode;

  @Field(() => String, { description: "The reason in a sentence, for people." })
  message!: string;

  @Field(() => [String], { description: "The input field that caused it, outermost first; empty where none did." })
  path!: string[];
}

@ObjectType({ implements: UserError, description: "A field of the input breaks a rule." })
export class ValidationError extends UserError {}

@ObjectType({ implements: UserError, description: "What the input names does not exist." })
export class NotFoundError extends UserError {
  @Field(() => String, { description: "What kind of thing was looked for." })
  entity!: string;

  @Field(() => ID, { description: "The id that was looked for." })
  missingId!: string;
}

@ObjectType({ implements: UserError, description: "The present status does not allow this step." })
export class InvalidTransitionError extends UserError {
  @Field(() => String, { description: "The present status." })
  from!: string;

  @Field(() => String, { description: "The status that was asked for." })
  to!: string;

  @Field(() => [String], { description: "The statuses that a change of status can lead to from here." })
  allowed!: string[];
}

@ObjectType({ implements: UserError, description: "The thing has changed since the version that the caller saw." })
export class VersionConflictError extends UserError {
  @Field(() => Int, { description: "The version that the caller expected." })
  expected!: number;

  @Field(() => Int, { description: "The version that it has. Read again, decide again." })
  actual!: number;
}

@ObjectType({
  implements: UserError,
  description: "The caller holds no lease under this token (any more): whatever it was doing, it must stop.",
})
export class LeaseLostError extends UserError {
  @Field(() => ID, { description: "What is not leased to the caller." })
  leased!: string;

  @Field(() => Int, { description: "The token that is not good (any more)." })
  leaseToken!: number;
}

@ObjectType({ implements: UserError, description: "The idempotency key was used before, with another input." })
export class IdempotencyKeyReusedError extends UserError {
  @Field(() => String, { description: "The key." })
  key!: string;
}

@ObjectType({ implements: UserError, description: "The caller may not do this." })
export class ForbiddenError extends UserError {}

@ObjectType({ implements: UserError, description: "The caller has asked too often." })
export class RateLimitedError extends UserError {
  @Field(() => Int, { description: "Seconds until the caller may ask again." })
  retryAfter!: number;
}

@ObjectType({ implements: UserError, description: "The store did not take the write in time." })
export class UnavailableError extends UserError {}
