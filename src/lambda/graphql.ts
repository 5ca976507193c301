/** Queries, mutations, webhooks and the playground behind an HTTP API of API Gateway: the server's own front, which listens nowhere. */
import awsLambdaFastify from "@fastify/aws-lambda";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from "aws-lambda";
import { createGraphqlFront } from "../server/graphqlFront.js";
import { createFrontParts, createHttpFront } from "../server/httpFront.js";
import type { Readiness } from "../server/health.js";
import type { Ledger } from "../server/ledger.js";
import { fitAnswer, toInjected } from "./apiGateway.js";
import { once } from "./environment.js";
import { needKept, openFunctionLedger } from "./functionLedger.js";
import type { FunctionLedger, FunctionOptions } from "./functionLedger.js";
import { storedPage } from "./playgroundPage.js";

type GraphqlHandler = (event: APIGatewayProxyEventV2, context: Context) => Promise<APIGatewayProxyStructuredResultV2>;

/** Whoever has no token must not come in: a server that knows none answers its own machine only, and this one is called from anywhere. */
const needs = [
  {
    variable: "AUTH_SECRET",
    or: "AUTH_JWKS_URL",
    message: "must be set, or AUTH_JWKS_URL: a function is called from anywhere, so that callers must carry tokens",
  },
  needKept("CURSOR_SECRET"),
  needKept("INTEGRATION_KEY"),
];

/** The handler, and what it works on once the first event has come. */
export function createGraphqlFunction(options: FunctionOptions): {
  readonly handler: GraphqlHandler;
  /** Begins what the first event would wait for. Rejects as that would. */
  readonly open: () => Promise<FunctionLedger>;
} {
  const opened = once(async () => {
    const ledger = await openFunctionLedger(options, { needs });
    return { ledger, serve: await createServe(ledger) };
  });
  return {
    open: async () => (await opened()).ledger,
    handler: async (event, context) => {
      const { serve } = await opened();
      return serve(event, context);
    },
  };
}

async function createServe({ config, logger, telemetry, db, ledger }: FunctionLedger): Promise<GraphqlHandler> {
  const front = await createGraphqlFront({ config, logger, telemetry, db, ledger });
  const playground = front.playground && { ...front.playground, stored: storedPage };
  const options = { ...front, playground, readiness: () => readinessOf(ledger) };
  const { app } = await createHttpFront(options, {
    parts: createFrontParts(options),
    subscriptions: { kind: "elsewhere", url: config.subscriptionsUrl },
  });
  const inject: GraphqlHandler = awsLambdaFastify<APIGatewayProxyEventV2>(app, {
    decorateRequest: false,
    parseCommaSeparatedQueryParams: false,
  });
  await app.ready();
  return async (event, context) => fitAnswer(await inject(toInjected(event), context), event);
}

/** Others write the feed: that it can be read is all that can be said from here. */
async function readinessOf({ pipeline }: Pick<Ledger, "pipeline">): Promise<Readiness> {
  await pipeline.feed.head();
  return { ready: true, checks: { feed: "readable" } };
}

const program = createGraphqlFunction({ environment: process.env });
export const handler = program.handler;

// On Lambda the start of an environment has more of a CPU than its invocations. What fails is told by the first of these.
if (process.env["AWS_LAMBDA_FUNCTION_NAME"] !== undefined) void program.open().catch(() => undefined);
