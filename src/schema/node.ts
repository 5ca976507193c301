/** Node: anything that can be fetched by its global id. */
import { Field, ID, InterfaceType } from "type-graphql";

@InterfaceType({
  description: "Anything with a global id; fetch it again with `node(id:)`.",
  autoRegisterImplementations: true,
  // What the resolvers return are plain objects that name their type.
  resolveType: (node: { __typename: string }) => node.__typename,
})
export abstract class Node {
  @Field(() => ID, { description: "Global id: opaque, unique over all types, never changes." })
  id!: string;
}
