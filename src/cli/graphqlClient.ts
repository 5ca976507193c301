/** Runs typed operations on a server over HTTP. */
import { print } from "graphql";
import type { TypedDocumentNode } from "@graphql-typed-document-node/core";

export interface GraphQLClient {
  /** The data of an answer; throws where the answer has errors or the server is out of reach. */
  run<Data, Variables>(
    document: TypedDocumentNode<Data, Variables>,
    variables: Variables,
    actor?: string,
  ): Promise<Data>;
}

const howToCall =
  "Commands take a token from OPSLEDGER_TOKEN or --token. With AUTH_SECRET set as for the server, this makes one:\n" +
  "  export OPSLEDGER_TOKEN=$(npm run --silent opsledger -- token --sub me --roles ADMIN)";

/** `token`: who sends the operations, where the server asks for it; the actor's name counts elsewhere only. */
export function createGraphQLClient(url: string, token?: string): GraphQLClient {
  return {
    async run<Data, Variables>(document: TypedDocumentNode<Data, Variables>, variables: Variables, actor = "seed") {
      const response = await fetch(url, {
        method: "POST",
        headers: {
          "content-type": "application/json",
          "x-opsledger-actor": actor,
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        },
        body: JSON.stringify({ query: print(document), variables }),
      });
      const answer = (await response.json()) as { data?: Data; errors?: readonly { message: string }[] };
      if (answer.errors !== undefined || answer.data === undefined) {
        const reason = answer.errors?.map(({ message }) => message).join("; ") ?? `HTTP ${response.status}`;
        throw new Error(response.status === 401 ? `${reason}\n${howToCall}` : reason);
      }
      return answer.data;
    },
  };
}
