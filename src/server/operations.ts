/** From a client's text to an operation that may run: parsed, validated and costed, for the transports beside HTTP. */
import {
  GraphQLError,
  NoSchemaIntrospectionCustomRule,
  OperationTypeNode,
  getOperationAST,
  parse,
  specifiedRules,
  validate,
} from "graphql";
import type { DocumentNode, GraphQLSchema } from "graphql";
import { LRUCache } from "lru-cache";
import { refusal } from "./errors.js";
import { costRefusal, limitRules } from "./limits.js";
import type { Limits } from "./limits.js";

/** An operation as a client sent it. */
export interface OperationRequest {
  readonly query: string;
  readonly operationName?: string | null | undefined;
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined;
}

export type Prepared =
  | { readonly status: "ready"; readonly document: DocumentNode }
  | { readonly status: "refused"; readonly errors: readonly [GraphQLError, ...GraphQLError[]] };

export interface Operations {
  /** Makes a subscription ready to run, or says why it is refused; so is any other kind of operation. */
  prepareSubscription(request: OperationRequest): Prepared;
  /** Whether the text is a subscription, valid or not. */
  isSubscription(request: OperationRequest): boolean;
}

export interface OperationsDeps {
  readonly schema: GraphQLSchema;
  readonly limits: Limits;
  readonly introspection: "allowed" | "refused";
}

/** Valid documents are kept by their text, so that a thousand clients with one document cost one validation. */
export function createOperations({ schema, limits, introspection }: OperationsDeps): Operations {
  const rules = [
    ...specifiedRules,
    ...limitRules(limits),
    ...(introspection === "refused" ? [NoSchemaIntrospectionCustomRule] : []),
  ];
  const valid = new LRUCache<string, DocumentNode>({
    maxSize: cacheCharacters,
    sizeCalculation: (_document, query) => query.length + 1,
  });

  const check = (query: string): Prepared => {
    const known = valid.get(query);
    if (known) return { status: "ready", document: known };
    let document: DocumentNode;
    try {
      document = parse(query, { maxTokens: limits.tokens });
    } catch (error) {
      if (error instanceof GraphQLError) return refused(withCode(error, "GRAPHQL_PARSE_FAILED"));
      throw error;
    }
    const [first, ...rest] = validate(schema, document, rules).map(toValidationError);
    if (first) return refused(first, ...rest);
    valid.set(query, document);
    return { status: "ready", document };
  };

  return {
    prepareSubscription: ({ query, operationName, variables }) => {
      const checked = check(query);
      if (checked.status === "refused") return checked;
      const { document } = checked;
      const operation = getOperationAST(document, operationName);
      if (!operation) return refused(refusal("The document has no such operation", "OPERATION_RESOLUTION_FAILURE"));
      if (operation.operation !== OperationTypeNode.SUBSCRIPTION) {
        return refused(
          refusal("Only subscriptions are served here; send queries and mutations by HTTP POST", "SUBSCRIPTIONS_ONLY"),
        );
      }
      const tooCostly = costRefusal({ schema, document, operationName, variables }, limits.cost);
      return tooCostly ? refused(tooCostly) : checked;
    },
    isSubscription: ({ query, operationName }) => {
      try {
        const document = valid.get(query) ?? parse(query, { maxTokens: limits.tokens });
        return getOperationAST(document, operationName)?.operation === OperationTypeNode.SUBSCRIPTION;
      } catch (error) {
        if (error instanceof GraphQLError) return false;
        throw error;
      }
    },
  };
}

/** Characters of query text whose documents are kept. A document takes some fifty times its text in memory. */
const cacheCharacters = 1_000_000;

function refused(...errors: [GraphQLError, ...GraphQLError[]]): Prepared {
  return { status: "refused", errors };
}

/** Suggestions of names would show the schema to those who may not ask for it. */
function toValidationError(error: GraphQLError): GraphQLError {
  const coded = typeof error.extensions.code === "string" ? error : withCode(error, "GRAPHQL_VALIDATION_FAILED");
  return new GraphQLError(coded.message.replace(/ ?Did you mean(.+?)\?$/, ""), coded);
}

function withCode(error: GraphQLError, code: string): GraphQLError {
  const { nodes, source, positions, originalError, extensions } = error;
  return new GraphQLError(error.message, {
    nodes,
    source,
    positions,
    originalError,
    extensions: { ...extensions, code },
  });
}
