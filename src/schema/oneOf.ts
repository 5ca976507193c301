/** Inputs of which exactly one field is given: `@oneOf` of the GraphQL specification. */
import type { GraphQLSchema } from "graphql";
import { isInputObjectType } from "graphql";

/** `@Extensions(oneOf)` makes an input type one of these; all of its fields must be nullable and without default. */
export const oneOf = { oneOf: true } as const;

/** TypeGraphQL has no word for it: marks the input types that carry {@link oneOf}. */
export function markOneOfs(schema: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (isInputObjectType(type) && type.extensions["oneOf"] === true) type.isOneOf = true;
  }
}
