/** Measures and traces GraphQL operations: queries and mutations as Apollo runs them, and their root fields. */
import type { ApolloServerPlugin, GraphQLRequestContextWillSendResponse } from "@apollo/server";
import { trace } from "@opentelemetry/api";
import { GraphQLError, Kind } from "graphql";
import type {
  DocumentNode,
  GraphQLFieldResolver,
  GraphQLSchema,
  OperationDefinitionNode,
  SelectionNode,
} from "graphql";
import { DomainError } from "../domain/kernel/errors.js";
import { fail } from "../observability/tracing.js";
import type { Tracing } from "../observability/tracing.js";
import type { Telemetry } from "../observability/telemetry.js";

export type OperationOutcome = "ok" | "refused" | "failed";

/** The plugin that measures every query and mutation, and gives the span of its request their name. */
export function measureOperations({ metrics }: Telemetry): ApolloServerPlugin {
  return {
    requestDidStart: async () => {
      const begun = performance.now();
      return {
        didResolveOperation: async ({ operation, document }) => {
          if (operation) nameSpan(operation, rootFieldOf(document, operation));
        },
        willSendResponse: async (context) => {
          const { operation, document } = context;
          const field = operation && document ? rootFieldOf(document, operation) : "none";
          const outcome = outcomeOf(context);
          const labels = { operation: operation?.operation ?? "none", field, outcome };
          metrics.operation(labels, (performance.now() - begun) / 1_000);
          const span = trace.getActiveSpan();
          if (span !== undefined && outcome === "failed") fail(span, "the operation failed");
        },
      };
    },
  };
}

function nameSpan(operation: OperationDefinitionNode, field: string): void {
  const span = trace.getActiveSpan();
  span?.updateName(`${operation.operation} ${field}`);
  span?.setAttribute("graphql.operation.type", operation.operation);
  if (operation.name) span?.setAttribute("graphql.operation.name", operation.name.value);
}

/**
 * The root field of a valid operation; the first where there are several. A name in the schema, so there are few.
 * "none" where a fragment leads nowhere.
 */
export function rootFieldOf(document: DocumentNode, operation: OperationDefinitionNode): string {
  let selection: SelectionNode | undefined = operation.selectionSet.selections[0];
  while (selection !== undefined) {
    if (selection.kind === Kind.FIELD) return selection.name.value;
    const fragment: { readonly selectionSet: OperationDefinitionNode["selectionSet"] } | undefined =
      selection.kind === Kind.INLINE_FRAGMENT ? selection : fragmentOf(document, selection.name.value);
    selection = fragment?.selectionSet.selections[0];
  }
  return "none";
}

function fragmentOf({ definitions }: DocumentNode, name: string) {
  return definitions.find(
    (definition) => definition.kind === Kind.FRAGMENT_DEFINITION && definition.name.value === name,
  ) as Extract<DocumentNode["definitions"][number], { kind: Kind.FRAGMENT_DEFINITION }> | undefined;
}

/** Codes of what is our failure; all others are the caller's matter. */
const failures: ReadonlySet<unknown> = new Set(["INTERNAL_SERVER_ERROR", "UNAVAILABLE"]);

function outcomeOf({ response }: GraphQLRequestContextWillSendResponse<object>): OperationOutcome {
  if (response.body.kind !== "single") return "ok";
  const { data, errors = [] } = response.body.singleResult;
  return worst([
    ...errors.map(({ extensions }) => extensions?.["code"]),
    ...Object.values(data ?? {}).flatMap(payloadCodes),
  ]);
}

/** Codes of the user errors in a mutation's payload. */
function payloadCodes(payload: unknown): unknown[] {
  if (typeof payload !== "object" || payload === null || !("errors" in payload)) return [];
  const { errors } = payload;
  // A client that asks for no code is told of a refusal all the same.
  return Array.isArray(errors) ? errors.map((error: { readonly code?: unknown } | null) => error?.code) : [];
}

function worst(codes: readonly unknown[]): OperationOutcome {
  if (codes.some((code) => failures.has(code))) return "failed";
  return codes.length > 0 ? "refused" : "ok";
}

/** How an operation that ended with `errors` ended; they are as they were thrown. */
export function outcomeOfErrors(errors: readonly unknown[]): OperationOutcome {
  return worst(
    errors.map((error) => {
      let cause = error;
      while (cause instanceof GraphQLError && cause.originalError) cause = cause.originalError;
      if (cause instanceof DomainError) return cause.code;
      return cause instanceof GraphQLError ? cause.extensions["code"] : "INTERNAL_SERVER_ERROR";
    }),
  );
}

/**
 * Puts a span around every resolver of a root field, and around the start of every subscription. Changes the schema, which
 * must be no other server's.
 */
export function traceRootFields(schema: GraphQLSchema, tracing: Tracing): GraphQLSchema {
  if (!tracing.on) return schema;
  const traced =
    (name: string, resolve: Resolver): Resolver =>
    (source, args, context, info) =>
      tracing.step({ name }, async () => resolve(source, args, context, info));
  for (const type of [schema.getQueryType(), schema.getMutationType()]) {
    for (const field of Object.values(type?.getFields() ?? {})) {
      if (field.resolve) field.resolve = traced(`${type?.name}.${field.name}`, field.resolve);
    }
  }
  for (const field of Object.values(schema.getSubscriptionType()?.getFields() ?? {})) {
    if (field.subscribe) field.subscribe = traced(`Subscription.${field.name}`, field.subscribe);
  }
  return schema;
}

/** As graphql-js types resolvers of any schema. */
type Resolver = GraphQLFieldResolver<unknown, unknown>;
