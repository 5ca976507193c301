/** Relay connections: how every list is paged. */
import type { ClassType } from "type-graphql";
import { ArgsType, Field, Int, ObjectType } from "type-graphql";

/** Most rows of one page. */
export const maximumPageSize = 100;
export const defaultPageSize = 20;

@ArgsType()
export class ConnectionArgs {
  @Field(() => Int, {
    nullable: true,
    defaultValue: defaultPageSize,
    description: `How many edges at most: 1 to ${maximumPageSize}.`,
  })
  first?: number | null;

  @Field(() => String, {
    nullable: true,
    description: "Only edges behind this cursor: the `endCursor` of the page before, of the same list.",
  })
  after?: string;
}

@ObjectType({ description: "Where a page lies in its list." })
export class PageInfo {
  @Field(() => Boolean, { description: "Whether another page follows." })
  hasNextPage!: boolean;

  @Field(() => Boolean, { description: "Whether this page was asked for with `after`. Lists are paged forward only." })
  hasPreviousPage!: boolean;

  @Field(() => String, { nullable: true, description: "Cursor of the first edge; null for an empty page." })
  startCursor?: string | undefined;

  @Field(() => String, {
    nullable: true,
    description:
      "Pass it as `after` for the next page. A filtered page may be short, even empty, and still have a next one.",
  })
  endCursor?: string | undefined;
}

export interface Edge<Row> {
  readonly node: Row;
  readonly cursor: string;
}

export interface Connection<Row> {
  readonly edges: readonly Edge<Row>[];
  readonly nodes: readonly Row[];
  readonly pageInfo: PageInfo;
}

/** Complexity of a list: its children count once for each row that it may have. */
export function pageComplexity({
  args,
  childComplexity,
}: {
  args: { first?: number | null };
  childComplexity: number;
}): number {
  return 1 + Math.min(args.first ?? defaultPageSize, maximumPageSize) * Math.max(1, childComplexity);
}

/** The edge and connection types of a node type. `name` is the node type's name in the schema, `things` its plural in words. */
export function createConnectionType<Row extends object>(
  nodeType: () => ClassType<Row>,
  name: string,
  things: string,
): ClassType<Connection<Row>> {
  @ObjectType(`${name}Edge`, { description: `One of the ${things} of a page.` })
  class EdgeType implements Edge<Row> {
    @Field(nodeType, { description: "The thing itself." })
    node!: Row;

    @Field(() => String, { description: "Its place in the list; opaque." })
    cursor!: string;
  }

  @ObjectType(`${name}Connection`, { description: `A page of ${things}.` })
  class ConnectionType implements Connection<Row> {
    @Field(() => [EdgeType], { description: `The ${things} with their cursors.` })
    edges!: EdgeType[];

    @Field(() => [nodeType()], { description: `The ${things} alone.` })
    nodes!: Row[];

    @Field(() => PageInfo, { description: "Where the page lies in the list." })
    pageInfo!: PageInfo;
  }

  return ConnectionType;
}
