/** Runs typed operations on a server over HTTP. */
import { print } from "graphql";
import type { TypedDocumentNode } from "@graphql-typed-document-node/core";

export interface GraphQLClient {
  /** The data of an answer; throws an {@link AnswerError} where the answer has errors, others where the server is out of reach. */
  run<Data, Variables>(
    document: TypedDocumentNode<Data, Variables>,
    variables: Variables,
    actor?: string,
    signal?: AbortSignal,
  ): Promise<Data>;
}

/** The server answered, and not with data. */
export class AnswerError extends Error {
  constructor(
    message: string,
    readonly status: number,
    /** Seconds after which it may be asked again, where it says so. */
    readonly retryAfter: number | undefined,
    /** Code of the first error, where it has one. */
    readonly code?: string | undefined,
  ) {
    super(message);
    this.name = "AnswerError";
  }
}

interface AnsweredError {
  readonly message: string;
  readonly extensions?: { readonly code?: string };
}

const howToCall =
  "Commands take a token from OPSLEDGER_TOKEN or --token. With AUTH_SECRET set as for the server, this makes one:\n" +
  "  export OPSLEDGER_TOKEN=$(npm run --silent opsledger -- token --sub me --roles ADMIN)";

/** `token`: who sends the operations, where the server asks for it; the actor's name counts elsewhere only. */
export function createGraphQLClient(url: string, token?: string): GraphQLClient {
  return {
    async run<Data, Variables>(
      document: TypedDocumentNode<Data, Variables>,
      variables: Variables,
      actor = "seed",
      signal?: AbortSignal,
    ) {
      const response = await fetch(url, {
        method: "POST",
        headers: {
          "content-type": "application/json",
          "x-opsledger-actor": actor,
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        },
        body: JSON.stringify({ query: print(document), variables }),
        ...(signal === undefined ? {} : { signal }),
      });
      const answer = (await response.json()) as { data?: Data; errors?: readonly AnsweredError[] };
      if (answer.errors !== undefined || answer.data === undefined) {
        const reason = answer.errors?.map(({ message }) => message).join("; ") ?? `HTTP ${response.status}`;
        const { status, headers } = response;
        const retryAfter = Number(headers.get("retry-after") ?? Number.NaN);
        throw new AnswerError(
          status === 401 ? `${reason}\n${howToCall}` : reason,
          status,
          Number.isFinite(retryAfter) ? retryAfter : undefined,
          answer.errors?.[0]?.extensions?.code,
        );
      }
      return answer.data;
    },
  };
}
