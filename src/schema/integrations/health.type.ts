/** How integrations are doing, in numbers. */
import { Field, Int, ObjectType } from "type-graphql";
import type { SessionStatus } from "../../domain/integrations/index.js";
import { DateTime } from "../scalars.js";
import { IntegrationStatus } from "./enums.js";

@ObjectType({ description: "How many sessions are in a status." })
export class IntegrationStatusCount {
  @Field(() => IntegrationStatus, { description: "The status." })
  status!: SessionStatus;

  @Field(() => Int, { description: "How many." })
  count!: number;
}

@ObjectType({ description: "How the sessions of a service are doing." })
export class IntegrationServiceHealth {
  @Field(() => String, { description: "The service." })
  serviceType!: string;

  @Field(() => [IntegrationStatusCount], { description: "How many of its sessions are in each status." })
  byStatus!: IntegrationStatusCount[];

  @Field(() => Int, { description: "Items that came, since it was first connected." })
  items!: number;

  @Field(() => Int, { description: "Polls that failed, since it was first connected." })
  failures!: number;

  @Field(() => Int, { description: "Deliveries that webhooks would not take, since it was first connected." })
  deadLetters!: number;
}

@ObjectType({ description: "Sessions whose poll is late." })
export class IntegrationBacklog {
  @Field(() => Int, { description: "How many are due by now; 1,000 at most are counted." })
  sessions!: number;

  @Field(() => DateTime, { nullable: true, description: "Since when the oldest is; null where none is." })
  oldest?: string | undefined;
}

@ObjectType({
  description:
    "How integration sessions are doing: all of them, or yours, where you may see no others. A moment behind.",
})
export class IntegrationHealth {
  @Field(() => [IntegrationStatusCount], { description: "How many sessions are in each status." })
  byStatus!: IntegrationStatusCount[];

  @Field(() => [IntegrationServiceHealth], { description: "The same for each service that was ever connected." })
  services!: IntegrationServiceHealth[];

  @Field(() => IntegrationBacklog, {
    nullable: true,
    description: "What is due and not polled yet; null for callers who may not see all sessions.",
  })
  overdue?: IntegrationBacklog | undefined;
}
