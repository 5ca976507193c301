/** What all mutations share: the fields of their inputs and of their payloads. */
import { Field, InputType, Int, InterfaceType, ObjectType } from "type-graphql";
import type { ClassType } from "type-graphql";
import { UserError } from "./userError.js";

@InputType({ description: "What every mutation takes." })
export abstract class MutationInput {
  @Field(() => String, {
    nullable: true,
    description:
      "Your name for this call, 1 to 200 characters. Calling again with the same key and the same input has no second effect and returns the first outcome, for good.",
  })
  idempotencyKey?: string;
}

@InputType({ description: "What every change of something that exists takes." })
export abstract class ChangeInput extends MutationInput {
  @Field(() => Int, {
    nullable: true,
    description: "Refuse with VersionConflictError unless the thing that is changed is at this version.",
  })
  expectedVersion?: number;
}

@InterfaceType({ description: "What every mutation answers.", autoRegisterImplementations: true })
export abstract class MutationPayload {
  @Field(() => [UserError], { description: "Why nothing was done; empty on success." })
  errors!: UserError[];

  @Field(() => String, {
    nullable: true,
    description:
      "Where the ledger stood behind this change: pass it as `after` to a subscription. Null where there are errors.",
  })
  position?: string | undefined;
}

/** A payload type of its own for each mutation, so that one can grow without the others: it has the fields of `base`. */
export function createPayloadType<Payload extends MutationPayload>(
  base: abstract new () => Payload,
  name: string,
  what: string,
): ClassType<Payload> {
  // A class may not extend a type parameter; what is made here extends `base`, which is of that type.
  const Base = base as unknown as ClassType<MutationPayload>;
  @ObjectType(name, { implements: Base, description: `The outcome of ${what}.` })
  class PayloadType extends Base {}
  return PayloadType as ClassType<Payload>;
}
