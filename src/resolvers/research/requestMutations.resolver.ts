/** Mutations of people who want something researched: input, service, answer. No rules here. */
import { Arg, Authorized, Ctx, FieldResolver, Mutation, Resolver, Root } from "type-graphql";
import type { Request } from "../../domain/kernel/request.js";
import type { InputOf, RequestOutcome } from "../../domain/research/index.js";
import * as inputs from "../../schema/research/request.input.js";
import * as payloads from "../../schema/research/request.payload.js";
import { ResearchRequest } from "../../schema/research/request.type.js";
import type { GraphQLContext } from "../context.js";
import { answer, given, keep, keepInSight, toRequest } from "../mutations.js";
import { requireProjectId, requireRequestId } from "./ids.js";
import { loadRequestView } from "./request.resolver.js";
import { toLimitView } from "./views.js";
import type { ResearchRequestView } from "./views.js";

/** What a change has just made is not asked for again. */
export async function keepOutcome(
  context: GraphQLContext,
  { requestId, researchRequest: row, run }: Pick<RequestOutcome, "requestId" | "researchRequest" | "run">,
): Promise<void> {
  keep(context.loaders.researchRun, { id: requestId, row: run });
  const named = { entity: "ResearchRequest", id: requestId, field: "requestId" };
  await keepInSight(context, context.loaders.researchRequest, { ...named, row });
}

/** A change of the request that the input names. */
export function onRequest(
  context: GraphQLContext,
  input: Pick<inputs.ResearchRequestInput, "requestId" | "idempotencyKey" | "expectedVersion">,
  change: (requestId: string, request: Request) => Promise<RequestOutcome>,
): Promise<object> {
  return answer<payloads.ResearchRequestPayload>(context, {}, async () => {
    const outcome = await change(requireRequestId(input.requestId, "requestId"), toRequest(context, input));
    await keepOutcome(context, outcome);
    return { requestId: outcome.requestId, at: outcome.position };
  });
}

@Resolver()
export class ResearchRequestMutations {
  @Authorized("RESPONDER")
  @Mutation(() => payloads.SubmitRequestPayload, {
    description: "Asks for research. Workers claim it as soon as they may, by its priority.",
  })
  async submitRequest(
    @Ctx() context: GraphQLContext,
    @Arg("input", () => inputs.SubmitRequestInput, { description: "The request." }) input: inputs.SubmitRequestInput,
  ): Promise<object> {
    return answer<payloads.SubmitRequestPayload>(context, { existing: false }, async () => {
      const outcome = await context.research.submit(toSubmission(input), toRequest(context, input));
      await keepOutcome(context, outcome);
      return { requestId: outcome.requestId, existing: outcome.existing, at: outcome.position };
    });
  }

  @Authorized("RESPONDER")
  @Mutation(() => payloads.CancelRequestPayload, {
    description:
      "Ends a request: at once where no worker has it; else its worker is told, and it ends with its lease at the latest.",
  })
  async cancelRequest(
    @Ctx() context: GraphQLContext,
    @Arg("input", () => inputs.CancelRequestInput, { description: "Which, and why." }) input: inputs.CancelRequestInput,
  ): Promise<object> {
    return onRequest(context, input, (requestId, request) =>
      context.research.cancel(requestId, given({ reason: input.reason }), request),
    );
  }

  @Authorized("RESPONDER")
  @Mutation(() => payloads.RetryRequestPayload, {
    description:
      "Has a request done once more that has failed or was cancelled: its budgets and its deadline begin anew, and what was found is kept.",
  })
  async retryRequest(
    @Ctx() context: GraphQLContext,
    @Arg("input", () => inputs.RetryRequestInput, { description: "Which, and why." }) input: inputs.RetryRequestInput,
  ): Promise<object> {
    return onRequest(context, input, (requestId, request) =>
      context.research.retry(requestId, given({ reason: input.reason }), request),
    );
  }

  @Authorized("RESPONDER")
  @Mutation(() => payloads.PrioritiseRequestPayload, { description: "Gives a request that waits another priority." })
  async prioritiseRequest(
    @Ctx() context: GraphQLContext,
    @Arg("input", () => inputs.PrioritiseRequestInput, { description: "Which, and the priority." })
    input: inputs.PrioritiseRequestInput,
  ): Promise<object> {
    return onRequest(context, input, (requestId, request) =>
      context.research.prioritise(requestId, { priority: input.priority }, request),
    );
  }

  @Authorized("OPERATOR")
  @Mutation(() => payloads.SetResearchLimitPayload, {
    description:
      "Says how many requests of a project may be with workers at a time. Those that are with workers already stay.",
  })
  async setResearchLimit(
    @Ctx() context: GraphQLContext,
    @Arg("input", () => inputs.SetResearchLimitInput, { description: "The project, and how many." })
    input: inputs.SetResearchLimitInput,
  ): Promise<object> {
    return answer<payloads.SetResearchLimitPayload>(context, {}, async () => {
      const projectId = requireProjectId(input.projectId, "projectId");
      const request = toRequest(context, input, { leastVersion: 0 });
      const { project, position } = await context.research.setLimit(
        projectId,
        given({ maxRunning: input.maxRunning }),
        request,
      );
      return { limit: toLimitView(project), at: position };
    });
  }
}

/** Not yet checked. */
function toSubmission({ config, ...input }: inputs.SubmitRequestInput): InputOf<"submit"> {
  const { projectId, requestType, userId, priority, strategy, dedupeKey, deadlineSeconds, delaySeconds } = input;
  const { keywords, sources, customParams, ...rest } = config;
  return {
    projectId,
    requestType,
    ...given({ userId, priority, strategy, dedupeKey, deadlineSeconds, delaySeconds }),
    config: {
      keywords,
      sources: sources.map((source) => ({ ...source })),
      ...given(rest),
      // The domain checks that it is an object; the scalar lets nothing in but JSON.
      ...given({ customParams: customParams as InputOf<"submit">["config"]["customParams"] }),
    },
  };
}

@Resolver(() => payloads.ResearchRequestPayload)
export class ResearchRequestPayloadFields {
  @FieldResolver(() => ResearchRequest, {
    nullable: true,
    description: "The request behind the change; null where there are errors.",
  })
  async request(
    @Ctx() context: GraphQLContext,
    @Root() { requestId }: payloads.ResearchRequestPayload,
  ): Promise<ResearchRequestView | undefined> {
    return loadRequestView(context, requestId);
  }
}
