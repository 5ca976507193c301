/** What the mutations of projects answer. */
import { Field, InterfaceType, Int, ObjectType } from "type-graphql";
import { MutationPayload, createPayloadType } from "../mutation.js";
import { UserError } from "../userError.js";

@InterfaceType({
  implements: MutationPayload,
  description: "What every mutation of one project event answers.",
  autoRegisterImplementations: true,
})
export abstract class ProjectEventPayload extends MutationPayload {
  /** Not in the schema: what the edge to the event is resolved by. */
  projectEventId?: string | undefined;
}

@ObjectType({ implements: ProjectEventPayload, description: "The outcome of taking in an event." })
export class IngestProjectEventPayload extends ProjectEventPayload {
  @Field(() => Boolean, { description: "Whether the event had come before, by its delivery id: nothing was changed." })
  repeated!: boolean;
}

@ObjectType({ implements: ProjectEventPayload, description: "The outcome of moving an event to another project." })
export class ReassignProjectEventPayload extends ProjectEventPayload {}

@ObjectType({ description: "What became of one of the events that came together." })
export class IngestResult {
  /** Not in the schema: what the edge to the event is resolved by. */
  projectEventId?: string | undefined;

  @Field(() => Int, { description: "Its place in `events` of the input; 0 for the first." })
  index!: number;

  @Field(() => Boolean, { description: "Whether it had come before, by its delivery id: nothing was changed." })
  repeated!: boolean;

  @Field(() => [UserError], { description: "Why it was not taken in; empty where it was." })
  errors!: UserError[];

  @Field(() => String, {
    nullable: true,
    description: "Where the ledger stood behind it: pass it as `after` to a subscription. Null where there are errors.",
  })
  position?: string | undefined;
}

@ObjectType({
  implements: MutationPayload,
  description:
    "The outcome of taking in events together. `errors` are of the input as a whole; `position` is that of the last event that was taken in.",
})
export class IngestProjectEventsPayload extends MutationPayload {
  @Field(() => [IngestResult], {
    description: "An answer for each event, in their order; empty where there are errors.",
  })
  results!: IngestResult[];
}

@ObjectType({ implements: MutationPayload, description: "The outcome of setting a project's settings." })
export class SetProjectSettingsPayload extends MutationPayload {
  /** Not in the schema: what the edge to the project is resolved by. */
  projectName?: string | undefined;
}

@InterfaceType({
  implements: MutationPayload,
  description: "What every mutation of the assignment rules answers.",
  autoRegisterImplementations: true,
})
export abstract class AssignmentRulesPayload extends MutationPayload {
  @Field(() => Int, {
    nullable: true,
    description: "Version of the rules after the change: pass it as `expectedVersion`. Null where there are errors.",
  })
  version?: number | undefined;
}

@ObjectType({ implements: AssignmentRulesPayload, description: "The outcome of adding an assignment rule." })
export class AddAssignmentRulePayload extends AssignmentRulesPayload {}

@ObjectType({ implements: AssignmentRulesPayload, description: "The outcome of removing an assignment rule." })
export class RemoveAssignmentRulePayload extends AssignmentRulesPayload {}

@ObjectType({ implements: MutationPayload, description: "The outcome of sealing what waits." })
export class FlushBatchPayload extends MutationPayload {
  /** Not in the schema: what the edge to the batches is resolved by. */
  batchIds!: readonly string[];
}

@InterfaceType({
  implements: MutationPayload,
  description: "What every mutation of one batch answers.",
  autoRegisterImplementations: true,
})
export abstract class BatchPayload extends MutationPayload {
  /** Not in the schema: what the edge to the batch is resolved by. */
  batchId?: string | undefined;
}

export const RegenerateSummaryPayload = createPayloadType(
  BatchPayload,
  "RegenerateSummaryPayload",
  "asking for another summary",
);
export const RetryBatchPostPayload = createPayloadType(
  BatchPayload,
  "RetryBatchPostPayload",
  "asking for another try at posting",
);
