/** Builds the GraphQL schema of all contexts. */
import "reflect-metadata";
import { createPubSub } from "@graphql-yoga/subscription";
import type { GraphQLSchema } from "graphql";
import { lexicographicSortSchema } from "graphql";
import type { NonEmptyArray } from "type-graphql";
import { buildSchemaSync } from "type-graphql";
import * as userErrors from "./userError.js";
import { timelineEntryTypes } from "./incidents/timeline.type.js";

/** The schema that these resolver classes make. Sorted by name, so that its text changes only with its content. */
export function buildGraphQLSchema(resolvers: NonEmptyArray<new () => object>): GraphQLSchema {
  const schema = buildSchemaSync({
    resolvers,
    // Types that are only ever returned as their interface.
    orphanedTypes: [
      ...timelineEntryTypes,
      userErrors.ValidationError,
      userErrors.NotFoundError,
      userErrors.InvalidTransitionError,
      userErrors.VersionConflictError,
      userErrors.IdempotencyKeyReusedError,
      userErrors.ForbiddenError,
      userErrors.UnavailableError,
    ],
    // Commands are parsed by the domain's own schemas; class-validator would be a second language for the same rules.
    validate: false,
    // Subscriptions bring their own source (the change feed). TypeGraphQL wants one all the same; nothing publishes to it.
    pubSub: createPubSub(),
  });
  describeRoots(schema);
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
