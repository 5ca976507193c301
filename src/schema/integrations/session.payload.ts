/** What the mutations of integration sessions answer. */
import { Field, InterfaceType, ObjectType } from "type-graphql";
import type { SessionStatus } from "../../domain/integrations/index.js";
import { MutationPayload, createPayloadType } from "../mutation.js";
import { UserError } from "../userError.js";
import { IntegrationStatus } from "./enums.js";

@InterfaceType({
  implements: MutationPayload,
  description: "What every mutation of an integration session answers.",
  autoRegisterImplementations: true,
})
export abstract class IntegrationPayload extends MutationPayload {
  /** Not in the schema: what the edge to the session is resolved by. */
  sessionId?: string | undefined;
}

const secretDescription =
  "What the receiver checks signatures with, by Standard Webhooks: whsec_ and base64. It is told here only. Null where there are errors.";

@ObjectType({ implements: IntegrationPayload, description: "The outcome of connecting a service." })
export class ConnectIntegrationPayload extends IntegrationPayload {
  @Field(() => String, { nullable: true, description: secretDescription })
  webhookSecret?: string | undefined;
}

@ObjectType({ implements: IntegrationPayload, description: "The outcome of changing a session's webhook." })
export class ChangeIntegrationWebhookPayload extends IntegrationPayload {
  @Field(() => String, { nullable: true, description: secretDescription })
  webhookSecret?: string | undefined;
}

export const PauseIntegrationPayload = createPayloadType(
  IntegrationPayload,
  "PauseIntegrationPayload",
  "pausing a session",
);
export const ResumeIntegrationPayload = createPayloadType(
  IntegrationPayload,
  "ResumeIntegrationPayload",
  "resuming a session",
);
export const ChangePollingIntervalPayload = createPayloadType(
  IntegrationPayload,
  "ChangePollingIntervalPayload",
  "changing a session's pace",
);
export const ReauthorizeIntegrationPayload = createPayloadType(
  IntegrationPayload,
  "ReauthorizeIntegrationPayload",
  "giving a session another credential",
);
export const PollIntegrationPayload = createPayloadType(
  IntegrationPayload,
  "PollIntegrationPayload",
  "asking for a poll: the session is due now",
);
export const DisableIntegrationPayload = createPayloadType(
  IntegrationPayload,
  "DisableIntegrationPayload",
  "disabling a session",
);
export const DisconnectIntegrationPayload = createPayloadType(
  IntegrationPayload,
  "DisconnectIntegrationPayload",
  "disconnecting a service",
);
export const RedeliverItemsPayload = createPayloadType(
  IntegrationPayload,
  "RedeliverItemsPayload",
  "sending items again",
);
export const DiscardItemsPayload = createPayloadType(IntegrationPayload, "DiscardItemsPayload", "giving up items");

@ObjectType({
  implements: UserError,
  description: "The user has connected this service already: there is one session for each user and service.",
})
export class AlreadyConnectedError extends UserError {
  @Field(() => String, { description: "The session that is there: user and service." })
  sessionId!: string;

  @Field(() => IntegrationStatus, { description: "How it is. Resume it, or disconnect it first." })
  status!: SessionStatus;
}
