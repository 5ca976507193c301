/** Any mutation by its name, for tests that only arrange with it: the input's type is looked up in the schema. */
import { parse } from "graphql";
import type { GraphQLSchema } from "graphql";
import type { TypedDocumentNode } from "@graphql-typed-document-node/core";
import type { TestOpsledger } from "./opsledger.js";

type Json = Record<string, unknown>;

/** A document that only one test needs; its data is looked at as it comes. */
export function gql<Data = Record<string, Json>>(text: string): TypedDocumentNode<Data, Json> {
  return parse(text);
}

/** The text of a mutation of that name; `fields`: what is selected of its payload. @throws where there is none. */
export function mutationText(schema: GraphQLSchema, name: string, fields: string): string {
  const input = schema.getMutationType()?.getFields()[name]?.args[0]?.type;
  if (input === undefined) throw new Error(`no mutation is called ${name}`);
  return `mutation ($input: ${String(input)}) { ${name}(input: $input) { ${fields} } }`;
}

/** Runs a mutation and returns what is selected of its payload. @throws where the mutation is refused. */
export async function mutate<Payload = Json>(
  test: TestOpsledger,
  name: string,
  input: Json,
  { selection = "", actor }: { readonly selection?: string; readonly actor?: string } = {},
): Promise<Payload> {
  const document = gql<Record<string, { readonly errors: readonly unknown[] } & Payload>>(
    mutationText(test.opsledger.schema, name, `errors { code message path } ${selection}`),
  );
  const payload = (await test.run(document, { input }, actor))[name];
  if (payload === undefined || payload.errors.length > 0) throw new Error(JSON.stringify(payload));
  return payload;
}
