/** What clients are told of an error: refusals in full, the unexpected masked and logged under a correlation id. */
import { GraphQLError, Kind } from "graphql";
import type { GraphQLFormattedError } from "graphql";
import { v7 as uuidv7 } from "uuid";
import { currentCorrelationId } from "../observability/logger.js";
import type { Logger } from "../observability/logger.js";
import { tokenRefusal } from "./limits.js";

/** An error that clients may see. */
export interface ErrorDescription {
  readonly message: string;
  /** Becomes `extensions.code`. */
  readonly code: string;
  /** The rest of `extensions`. */
  readonly extensions?: Readonly<Record<string, unknown>> | undefined;
}

/** Describes an error that was meant for clients; undefined for any other, which is then masked. */
export type DescribeError = (error: unknown) => ErrorDescription | undefined;

/** An error as it goes on the wire. */
export type PresentError = (error: unknown) => GraphQLFormattedError;

export interface ErrorPresenterDeps {
  readonly describeError?: DescribeError | undefined;
  readonly logger: Logger;
}

/** An error made for clients. */
export function refusal(
  message: string,
  code: string,
  extensions: Readonly<Record<string, unknown>> = {},
): GraphQLError {
  return new GraphQLError(message, { extensions: { ...extensions, code } });
}

/** The body of an answer that is nothing but one refusal. */
export function refusalBody(message: string, code: string, extensions: Readonly<Record<string, unknown>> = {}) {
  return { errors: [{ message, extensions: { ...extensions, code } }] };
}

/**
 * A `GraphQLError` with a code is for clients, and so is what graphql-js says of an operation or its variables.
 * All else is the server's own business: clients get a correlation id, the log gets the error under the same id.
 */
export function createErrorPresenter({ describeError, logger }: ErrorPresenterDeps): PresentError {
  const mask = (cause: unknown, path: GraphQLFormattedError["path"]): ErrorDescription => {
    const correlationId = currentCorrelationId() ?? uuidv7();
    logger.error({ err: cause, correlationId, path }, "unexpected error");
    return { message: "Internal server error", code: "INTERNAL_SERVER_ERROR", extensions: { correlationId } };
  };
  return (error) => {
    const located: Partial<GraphQLFormattedError> = error instanceof GraphQLError ? error.toJSON() : {};
    const cause = causeOf(error);
    const { message, code, extensions } =
      describeForClients(error, cause) ?? describeError?.(cause) ?? mask(cause, located.path);
    return { ...located, message, extensions: { ...extensions, code } };
  };
}

/** Written for clients by us, by a resolver or by graphql-js; undefined for what a resolver let slip. */
function describeForClients(error: unknown, cause: unknown): ErrorDescription | undefined {
  if (!(error instanceof GraphQLError)) return undefined;
  const { http: _transportOnly, ...extensions } = error.extensions;
  const code = codeOf(error, cause);
  return code === undefined ? undefined : { message: error.message, ...tokenRefusal(error, { code, extensions }) };
}

function codeOf(error: GraphQLError, cause: unknown): string | undefined {
  const outer = error.extensions.code;
  // A scalar that throws while it reads a client's value is the client's mistake, whatever it throws.
  if (isRefusedVariable(error)) return "BAD_USER_INPUT";
  if (outer === "GRAPHQL_VALIDATION_FAILED" && !(cause instanceof GraphQLError)) return outer;
  if (!(cause instanceof GraphQLError)) return undefined;
  // Apollo puts its own code over the code of a validation rule.
  if (typeof cause.extensions.code === "string") return cause.extensions.code;
  // With nodes it is graphql-js that speaks, of an argument; without, a resolver or a scalar's output.
  if (error.path !== undefined) return cause.nodes === undefined ? undefined : "BAD_USER_INPUT";
  return typeof outer === "string" && outer !== "INTERNAL_SERVER_ERROR" ? outer : undefined;
}

function isRefusedVariable({ path, nodes }: GraphQLError): boolean {
  return path === undefined && nodes?.length === 1 && nodes[0]?.kind === Kind.VARIABLE_DEFINITION;
}

/** What was thrown in the first place, under the layers that say where. */
function causeOf(error: unknown): unknown {
  let cause = error;
  while (cause instanceof GraphQLError && cause.originalError) cause = cause.originalError;
  return cause;
}
