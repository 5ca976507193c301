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
        throw new Error(answer.errors?.map(({ message }) => message).join("; ") ?? `HTTP ${response.status}`);
      }
      return answer.data;
    },
  };
}
