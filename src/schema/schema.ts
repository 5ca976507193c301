/** Builds the GraphQL schema of all contexts. */
import "reflect-metadata";
import { createPubSub } from "@graphql-yoga/subscription";
import type { GraphQLField, GraphQLSchema } from "graphql";
import { GraphQLError, lexicographicSortSchema } from "graphql";
import type { AuthCheckerFn, NonEmptyArray } from "type-graphql";
import { buildSchemaSync, getMetadataStorage } from "type-graphql";
import { markOneOfs } from "./oneOf.js";
import * as userErrors from "./userError.js";
import { timelineEntryTypes } from "./incidents/timeline.type.js";
import { AlreadyConnectedError } from "./integrations/session.payload.js";

export interface SchemaOptions<Context extends object> {
  /** Decides before each field that carries `@Authorized(role)`, by the role; refuses by throwing. */
  readonly authChecker: AuthCheckerFn<Context>;
}

/**
 * The schema that these resolver classes make. Sorted by name, so that its text changes only with its content. A root
 * field without `@Authorized(role)` is refused to everybody.
 */
export function buildGraphQLSchema<Context extends object>(
  resolvers: NonEmptyArray<new () => object>,
  { authChecker }: SchemaOptions<Context>,
): GraphQLSchema {
  const schema = buildSchemaSync({
    resolvers,
    // Types that are only ever returned as their interface.
    orphanedTypes: [
      ...timelineEntryTypes,
      userErrors.ValidationError,
      userErrors.NotFoundError,
      userErrors.InvalidTransitionError,
      AlreadyConnectedError,
      userErrors.VersionConflictError,
      userErrors.LeaseLostError,
      userErrors.IdempotencyKeyReusedError,
      userErrors.ForbiddenError,
      userErrors.RateLimitedError,
      userErrors.UnavailableError,
    ],
    // Commands are parsed by the domain's own schemas; class-validator would be a second language for the same rules.
    validate: false,
    // Its check asks for the whole schema at each start of a process. A test of the schema does so instead.
    skipCheck: true,
    // What it is called with is the context that our own server makes.
    authChecker: authChecker as AuthCheckerFn,
    // Subscriptions bring their own source (the change feed). TypeGraphQL wants one all the same; nothing publishes to it.
    pubSub: createPubSub(),
  });
  describeRoots(schema);
  markOneOfs(schema);
  stateRules(schema);
  return lexicographicSortSchema(schema);
}

/** TypeGraphQL leaves the entry points without a description. */
function describeRoots(schema: GraphQLSchema): void {
  const [query, mutation, subscription] = [
    schema.getQueryType(),
    schema.getMutationType(),
    schema.getSubscriptionType(),
  ];
  if (query) query.description = "What can be asked.";
  if (mutation)
    mutation.description = "What can be done. Each answers with typed errors, and then nothing was written.";
  if (subscription) subscription.description = "What can be followed, live, and resumed where it was left.";
}

/** The role that opens a root field, as its `@Authorized` states it; undefined where nothing is stated. */
export function leastRoleOf(field: GraphQLField<unknown, unknown>): string | undefined {
  const { leastRole } = field.extensions;
  return typeof leastRole === "string" ? leastRole : undefined;
}

/** Keeps the rule of each root field with the field, and closes those that have none: deny by default. */
function stateRules(schema: GraphQLSchema): void {
  const { queries, mutations, subscriptions } = getMetadataStorage();
  const roots = [
    [schema.getQueryType(), queries],
    [schema.getMutationType(), mutations],
    [schema.getSubscriptionType(), subscriptions],
  ] as const;
  for (const [type, handlers] of roots) {
    for (const field of Object.values(type?.getFields() ?? {})) {
      const rules = handlers.filter(({ schemaName }) => schemaName === field.name);
      // TypeGraphQL lets a role be anything.
      const named: readonly unknown[] = rules.length === 1 ? (rules[0]?.roles ?? []) : [];
      const leastRole = named.length === 1 ? named[0] : undefined;
      if (typeof leastRole === "string") field.extensions = { ...field.extensions, leastRole };
      else close(field);
    }
  }
}

function close(field: GraphQLField<unknown, unknown>): void {
  const refuse = () => {
    throw new GraphQLError(`Nobody may use ${field.name}: no rule is stated for it`, {
      extensions: { code: "FORBIDDEN" },
    });
  };
  field.resolve = refuse;
  if (field.subscribe) field.subscribe = refuse;
}
