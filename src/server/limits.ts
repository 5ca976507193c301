/** How much one client may ask for at a time. The same rules hold on every transport. */
import { GraphQLError, Kind } from "graphql";
import type {
  ASTVisitor,
  DocumentNode,
  GraphQLSchema,
  SelectionSetNode,
  ValidationContext,
  ValidationRule,
} from "graphql";
import { fieldExtensionsEstimator, getComplexity, simpleEstimator } from "graphql-query-complexity";

export interface Limits {
  /** Deepest nesting of fields; a root field is at depth 1. Introspection is not counted. */
  readonly depth: number;
  /** Greatest estimated cost: each field's `complexity` extension, or 1 and what is under it. */
  readonly cost: number;
  /** Aliases in a document. */
  readonly aliases: number;
  /** Lexical tokens in a document. */
  readonly tokens: number;
  /** Size of an HTTP request's body. */
  readonly bodyBytes: number;
  readonly subscriptionsPerSocket: number;
}

export const defaultLimits: Limits = {
  depth: 12,
  cost: 10_000,
  aliases: 30,
  tokens: 2_000,
  bodyBytes: 256 * 1024,
  subscriptionsPerSocket: 50,
};

/** The limits that a document alone can break. */
export function limitRules({ depth, aliases }: Pick<Limits, "depth" | "aliases">): ValidationRule[] {
  return [(context) => depthRule(context, depth), (context) => aliasRule(context, aliases)];
}

export interface CostedOperation {
  readonly schema: GraphQLSchema;
  /** Valid for the schema. */
  readonly document: DocumentNode;
  readonly operationName?: string | null | undefined;
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined;
}

/**
 * The error of an operation that costs more than `limit`, or whose cost cannot be told because its variables or
 * arguments are wrong. An operation that passes costs at most `limit`.
 */
export function costRefusal(
  { schema, document, operationName, variables }: CostedOperation,
  limit: number,
): GraphQLError | undefined {
  try {
    const actual = getComplexity({
      schema,
      query: document,
      operationName: operationName ?? undefined,
      variables: { ...variables },
      estimators: [fieldExtensionsEstimator(), simpleEstimator({ defaultComplexity: 1 })],
    });
    return actual > limit ? tooComplex({ limit, actual }) : undefined;
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    // The only error without a place in the document: fragments unfold to more fields than are worth counting.
    if (error.nodes === undefined) return tooComplex({ limit });
    return new GraphQLError(error.message, { nodes: error.nodes, extensions: { code: "BAD_USER_INPUT" } });
  }
}

/** Gives graphql-js's refusal of an overlong document its own code; any other description is returned as it is. */
export function tokenRefusal<Description extends { code: string; extensions: Record<string, unknown> }>(
  error: GraphQLError,
  description: Description,
): Description {
  // graphql-js marks this refusal by nothing but its message.
  const limit = /Document contains more that (\d+) tokens/.exec(error.message)?.[1];
  if (limit === undefined || error.path !== undefined) return description;
  return { ...description, code: "TOO_MANY_TOKENS", extensions: { ...description.extensions, limit: Number(limit) } };
}

function tooComplex(figures: { limit: number; actual?: number }): GraphQLError {
  return new GraphQLError(`The operation costs more than ${figures.limit}; ask for fewer items or fields`, {
    extensions: { code: "QUERY_TOO_COMPLEX", ...figures },
  });
}

function depthRule(context: ValidationContext, limit: number): ASTVisitor {
  const depthOf = createDepthMeasure(context);
  return {
    OperationDefinition(operation) {
      const actual = depthOf(operation.selectionSet);
      if (actual <= limit) return;
      context.reportError(
        new GraphQLError(`The operation nests fields ${actual} deep; at most ${limit} is allowed`, {
          nodes: operation,
          extensions: { code: "QUERY_TOO_DEEP", limit, actual },
        }),
      );
    },
  };
}

/** Measures a fragment once, however often it is spread; else fragments that spread each other twice take forever. */
function createDepthMeasure(context: ValidationContext): (selectionSet: SelectionSetNode) => number {
  const fragments = new Map<string, number>();

  const fragmentDepth = (name: string): number => {
    const known = fragments.get(name);
    if (known !== undefined) return known;
    // A fragment that spreads itself is another rule's refusal; here it must only come to an end.
    fragments.set(name, 0);
    const fragment = context.getFragment(name);
    const depth = fragment ? depthOf(fragment.selectionSet) : 0;
    fragments.set(name, depth);
    return depth;
  };

  const depthOf = (selectionSet: SelectionSetNode): number => {
    let deepest = 0;
    for (const selection of selectionSet.selections) {
      let depth: number;
      switch (selection.kind) {
        case Kind.FIELD:
          if (selection.name.value.startsWith("__")) continue;
          depth = 1 + (selection.selectionSet ? depthOf(selection.selectionSet) : 0);
          break;
        case Kind.INLINE_FRAGMENT:
          depth = depthOf(selection.selectionSet);
          break;
        case Kind.FRAGMENT_SPREAD:
          depth = fragmentDepth(selection.name.value);
          break;
      }
      deepest = Math.max(deepest, depth);
    }
    return deepest;
  };

  return depthOf;
}

function aliasRule(context: ValidationContext, limit: number): ASTVisitor {
  let actual = 0;
  return {
    Field(field) {
      if (field.alias) actual += 1;
    },
    Document: {
      leave(document) {
        if (actual <= limit) return;
        context.reportError(
          new GraphQLError(`The document has ${actual} aliases; at most ${limit} are allowed`, {
            nodes: document.definitions[0],
            extensions: { code: "TOO_MANY_ALIASES", limit, actual },
          }),
        );
      },
    },
  };
}
