/** Mutations of integration sessions: input, service, answer. No rules here. */
import { Arg, Authorized, Ctx, FieldResolver, Mutation, Resolver, Root } from "type-graphql";
import type { InputOf, SessionOutcome } from "../../domain/integrations/index.js";
import { present } from "../../domain/kernel/present.js";
import type { Request } from "../../domain/kernel/request.js";
import * as inputs from "../../schema/integrations/session.input.js";
import * as payloads from "../../schema/integrations/session.payload.js";
import { IntegrationSession } from "../../schema/integrations/session.type.js";
import type { DomainError } from "../../domain/kernel/errors.js";
import type { GraphQLContext } from "../context.js";
import { toUserErrors } from "../errors.js";
import type { UserErrorView } from "../errors.js";
import { answer, given, keepInSight, toRequest } from "../mutations.js";
import { requireUserId, toNamedSessionId } from "./ids.js";
import { loadSessionView } from "./session.resolver.js";
import type { SessionView } from "./views.js";
import { requireMayChange, requireMayConnect } from "./visible.js";

/** What a change has just made is not asked for again; when it is polled next is. */
async function keepOutcome(context: GraphQLContext, { sessionId, session: row }: SessionOutcome): Promise<void> {
  context.loaders.pollSchedule.clear(sessionId);
  const named = { entity: "IntegrationSession", id: sessionId, field: "serviceType" };
  await keepInSight(context, context.loaders.integrationSession, { ...named, row });
}

/** Whose session the input names. Throws a ValidationError. */
function toUserId({ caller }: GraphQLContext, { userId }: { readonly userId?: string | null }): string {
  return requireUserId(userId ?? caller.actor.id, "userId");
}

/** A change of the session that the input names. */
function onSession(
  context: GraphQLContext,
  input: inputs.IntegrationInput,
  change: (sessionId: string, request: Request) => Promise<SessionOutcome & { readonly webhookSecret?: string }>,
): Promise<object> {
  const run = async () => {
    const sessionId = toNamedSessionId(context.caller, input);
    requireMayChange(context.caller, toUserId(context, input));
    const outcome = await change(sessionId, toRequest(context, input));
    await keepOutcome(context, outcome);
    return { ...present({ webhookSecret: outcome.webhookSecret }), sessionId: outcome.sessionId, at: outcome.position };
  };
  return answer<payloads.IntegrationPayload>(context, {}, run, toSessionErrors);
}

/** Inputs name a session by user and service: there is no field for its id. */
function toSessionErrors(error: DomainError): UserErrorView[] {
  return toUserErrors(error).map((one) => (one.path[0] === "sessionId" ? { ...one, path: ["serviceType"] } : one));
}

@Resolver()
export class IntegrationMutations {
  @Authorized("RESPONDER")
  @Mutation(() => payloads.ConnectIntegrationPayload, {
    description:
      "Connects a service, or one that was disconnected anew: it is polled from then on, and what is new goes to the webhook.",
  })
  async connectIntegration(
    @Ctx() context: GraphQLContext,
    @Arg("input", () => inputs.ConnectIntegrationInput, { description: "The service, and where its items go." })
    input: inputs.ConnectIntegrationInput,
  ): Promise<object> {
    return answer<payloads.ConnectIntegrationPayload>(context, {}, async () => {
      requireMayChange(context.caller, toUserId(context, input));
      requireMayConnect(context, input.serviceType);
      const outcome = await context.integrations.connect(toConnection(input), toRequest(context, input));
      await keepOutcome(context, outcome);
      return { sessionId: outcome.sessionId, webhookSecret: outcome.webhookSecret, at: outcome.position };
    });
  }

  @Authorized("RESPONDER")
  @Mutation(() => payloads.PauseIntegrationPayload, {
    description: "Has a session not polled until it is resumed. What services push meanwhile is kept, up to a limit.",
  })
  async pauseIntegration(
    @Ctx() context: GraphQLContext,
    @Arg("input", () => inputs.PauseIntegrationInput, { description: "Which, and why." })
    input: inputs.PauseIntegrationInput,
  ): Promise<object> {
    return onSession(context, input, (sessionId, request) =>
      context.integrations.pause(sessionId, given({ reason: input.reason }), request),
    );
  }

  @Authorized("RESPONDER")
  @Mutation(() => payloads.ResumeIntegrationPayload, {
    description: "Has a session go on where it was: one that is PAUSED, DISABLED or NEEDS_REAUTH. It is polled soon.",
  })
  async resumeIntegration(
    @Ctx() context: GraphQLContext,
    @Arg("input", () => inputs.ResumeIntegrationInput, { description: "Which." }) input: inputs.ResumeIntegrationInput,
  ): Promise<object> {
    return onSession(context, input, (sessionId, request) => context.integrations.resume(sessionId, request));
  }

  @Authorized("RESPONDER")
  @Mutation(() => payloads.ChangePollingIntervalPayload, { description: "Has a session polled at another pace." })
  async changePollingInterval(
    @Ctx() context: GraphQLContext,
    @Arg("input", () => inputs.ChangePollingIntervalInput, { description: "Which, and the pace." })
    input: inputs.ChangePollingIntervalInput,
  ): Promise<object> {
    const { pollingIntervalMs } = input;
    return onSession(context, input, (sessionId, request) =>
      context.integrations.changeInterval(sessionId, { pollingIntervalMs }, request),
    );
  }

  @Authorized("RESPONDER")
  @Mutation(() => payloads.ChangeIntegrationWebhookPayload, {
    description:
      "Sends a session's items elsewhere, signed with a new secret. The same address only changes the secret.",
  })
  async changeIntegrationWebhook(
    @Ctx() context: GraphQLContext,
    @Arg("input", () => inputs.ChangeIntegrationWebhookInput, { description: "Which, and where to." })
    input: inputs.ChangeIntegrationWebhookInput,
  ): Promise<object> {
    const { webhookUrl } = input;
    return onSession(context, input, (sessionId, request) =>
      context.integrations.changeWebhook(sessionId, { webhookUrl }, request),
    );
  }

  @Authorized("RESPONDER")
  @Mutation(() => payloads.ReauthorizeIntegrationPayload, {
    description: "Gives a session another credential. It is polled soon, unless it is PAUSED or DISABLED.",
  })
  async reauthorizeIntegration(
    @Ctx() context: GraphQLContext,
    @Arg("input", () => inputs.ReauthorizeIntegrationInput, { description: "Which, and the credential." })
    input: inputs.ReauthorizeIntegrationInput,
  ): Promise<object> {
    const { credentialRef } = input;
    return onSession(context, input, (sessionId, request) =>
      context.integrations.reauthorise(sessionId, { credentialRef }, request),
    );
  }

  @Authorized("RESPONDER")
  @Mutation(() => payloads.PollIntegrationPayload, {
    description:
      "Has a session polled now, whatever its schedule says; one that is active, of a service that is polled.",
  })
  async pollIntegration(
    @Ctx() context: GraphQLContext,
    @Arg("input", () => inputs.PollIntegrationInput, { description: "Which." }) input: inputs.PollIntegrationInput,
  ): Promise<object> {
    return onSession(context, input, (sessionId, request) => context.integrations.requestPoll(sessionId, request));
  }

  @Authorized("RESPONDER")
  @Mutation(() => payloads.DisableIntegrationPayload, {
    description: "Has a session not polled until somebody resumes it, as something is wrong with it.",
  })
  async disableIntegration(
    @Ctx() context: GraphQLContext,
    @Arg("input", () => inputs.DisableIntegrationInput, { description: "Which, and why." })
    input: inputs.DisableIntegrationInput,
  ): Promise<object> {
    const { reason } = input;
    return onSession(context, input, (sessionId, request) =>
      context.integrations.disable(sessionId, { reason }, request),
    );
  }

  @Authorized("RESPONDER")
  @Mutation(() => payloads.DisconnectIntegrationPayload, {
    description:
      "Ends a session: its state and webhook are forgotten, its history stays. The credential is not touched. It can be connected again.",
  })
  async disconnectIntegration(
    @Ctx() context: GraphQLContext,
    @Arg("input", () => inputs.DisconnectIntegrationInput, { description: "Which, and why." })
    input: inputs.DisconnectIntegrationInput,
  ): Promise<object> {
    return onSession(context, input, (sessionId, request) =>
      context.integrations.disconnect(sessionId, given({ reason: input.reason }), request),
    );
  }

  @Authorized("RESPONDER")
  @Mutation(() => payloads.RedeliverItemsPayload, {
    description:
      "Sends items again that the webhook would not take, with the same ids. Answers with UnavailableError where it does not take them now either.",
  })
  async redeliverItems(
    @Ctx() context: GraphQLContext,
    @Arg("input", () => inputs.RedeliverItemsInput, { description: "Which." }) input: inputs.RedeliverItemsInput,
  ): Promise<object> {
    const { deadLetterId } = input;
    return onSession(context, input, (sessionId, request) =>
      context.integrations.redeliver(sessionId, { deadLetterId }, request),
    );
  }

  @Authorized("RESPONDER")
  @Mutation(() => payloads.DiscardItemsPayload, {
    description: "Gives up items that the webhook would not take: nobody is ever sent them.",
  })
  async discardItems(
    @Ctx() context: GraphQLContext,
    @Arg("input", () => inputs.DiscardItemsInput, { description: "Which, and why." }) input: inputs.DiscardItemsInput,
  ): Promise<object> {
    const { deadLetterId, reason } = input;
    return onSession(context, input, (sessionId, request) =>
      context.integrations.discard(sessionId, { deadLetterId, ...given({ reason }) }, request),
    );
  }
}

/** Not yet checked. */
function toConnection(input: inputs.ConnectIntegrationInput): InputOf<"connect"> {
  const { serviceType, webhookUrl, serviceState, ...rest } = input;
  const { userId, pollingIntervalMs, credentialRef, projectId, startAt } = rest;
  return {
    serviceType,
    webhookUrl,
    ...given({ userId, pollingIntervalMs, credentialRef, projectId, startAt }),
    // The domain checks that it is an object; the scalar lets nothing in but JSON.
    ...given({ serviceState: serviceState as InputOf<"connect">["serviceState"] }),
  };
}

@Resolver(() => payloads.IntegrationPayload)
export class IntegrationPayloadFields {
  @FieldResolver(() => IntegrationSession, {
    nullable: true,
    description: "The session behind the change; null where there are errors.",
  })
  async session(
    @Ctx() context: GraphQLContext,
    @Root() { sessionId }: payloads.IntegrationPayload,
  ): Promise<SessionView | undefined> {
    return loadSessionView(context, sessionId);
  }
}
