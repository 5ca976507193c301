/** Apollo Server for queries and mutations over HTTP: strict, and with the limits that hold everywhere. */
import { ApolloServer } from "@apollo/server";
import type { ApolloServerPlugin } from "@apollo/server";
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
} from "@apollo/server/plugin/disabled";
import { GraphQLError, OperationTypeNode } from "graphql";
import type { GraphQLSchema } from "graphql";
import type { Logger } from "../observability/logger.js";
import type { Telemetry } from "../observability/telemetry.js";
import type { PresentError } from "./errors.js";
import { costRefusal, limitRules } from "./limits.js";
import type { Limits } from "./limits.js";
import { measureOperations } from "./operationTelemetry.js";

export interface ApolloDeps {
  readonly schema: GraphQLSchema;
  readonly limits: Limits;
  readonly introspection: "allowed" | "refused";
  readonly presentError: PresentError;
  /** What a posted subscription is told. */
  readonly refuseSubscription: () => GraphQLError;
  readonly logger: Logger;
  readonly telemetry: Telemetry;
}

/** Starts it; the caller stops it. */
export async function startApollo<Context extends object>(deps: ApolloDeps): Promise<ApolloServer<Context>> {
  const { schema, limits, introspection, presentError, logger, telemetry } = deps;
  const apollo = new ApolloServer<Context>({
    schema,
    nodeEnv: "production",
    logger,
    introspection: introspection === "allowed",
    csrfPrevention: true,
    allowBatchedHttpRequests: false,
    persistedQueries: false,
    stopOnTerminationSignals: false,
    includeStacktraceInErrorResponses: false,
    hideSchemaDetailsFromClientErrors: true,
    maxRecursiveSelections: 10_000,
    parseOptions: { maxTokens: limits.tokens },
    validationRules: limitRules(limits),
    formatError: (_formatted, error) => presentError(error),
    plugins: [
      // Even where no field has a cache hint this plugin wraps every field, and halves the throughput.
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      refuseSubscriptions(deps),
      limitCost(schema, limits),
      statusOfLegacyAnswers,
      ...(telemetry.on ? [measureOperations(telemetry)] : []),
    ],
  });
  await apollo.start();
  return apollo;
}

/** Without this Apollo would run a posted subscription as if it were a query. */
function refuseSubscriptions({ refuseSubscription }: Pick<ApolloDeps, "refuseSubscription">): ApolloServerPlugin {
  return {
    requestDidStart: async () => ({
      didResolveOperation: async ({ operation }) => {
        if (operation?.operation === OperationTypeNode.SUBSCRIPTION) throw refuseSubscription();
      },
    }),
  };
}

/** Runs when the variables are known: a cost is often a page size that comes as a variable. */
function limitCost(schema: GraphQLSchema, limits: Limits): ApolloServerPlugin {
  return {
    requestDidStart: async () => ({
      didResolveOperation: async ({ document, operationName, request }) => {
        const error = costRefusal({ schema, document, operationName, variables: request.variables }, limits.cost);
        if (!error) return;
        throw new GraphQLError(error.message, {
          nodes: error.nodes,
          extensions: { ...error.extensions, http: { status: 400 } },
        });
      },
    }),
  };
}

const badRequests = new Set<unknown>(["GRAPHQL_PARSE_FAILED", "GRAPHQL_VALIDATION_FAILED", "BAD_USER_INPUT"]);

/**
 * GraphQL over HTTP: in `application/json` a well-formed request that fails to parse, validate or coerce is answered
 * with 200, since older clients read the body of no other; `application/graphql-response+json` keeps 400.
 */
const statusOfLegacyAnswers: ApolloServerPlugin = {
  requestDidStart: async () => ({
    willSendResponse: async ({ request, response }) => {
      if (request.http?.headers.get("accept")?.includes("application/graphql-response+json")) return;
      if (response.http.status !== 400 || response.body.kind !== "single") return;
      const { data, errors = [] } = response.body.singleResult;
      if (data !== undefined || errors.length === 0) return;
      if (errors.every((error) => badRequests.has(error.extensions?.code))) response.http.status = 200;
    },
  }),
};
