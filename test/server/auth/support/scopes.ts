/** Two worlds, of which one is a caller's own: what is not must be answered as what does not exist. */
import { createWorld, startAuthServer, tokenFor } from "./world.js";
import type { AuthServer, World } from "./world.js";
import { mutationText } from "../../../support/mutation.js";

export type Json = Readonly<Record<string, unknown>>;

export interface Scopes {
  readonly server: AuthServer;
  readonly own: World;
  readonly foreign: World;
  /** Sees and changes what is of the projects that were named. */
  readonly ana: string;
  /** A worker in these. */
  readonly machine: string;
  readonly admin: string;
}

/** `projects`: ana's and the machine's, "own" among them. */
export async function startScopes(projects: readonly string[]): Promise<Scopes> {
  const server = await startAuthServer({ RATE_LIMIT_PER_MINUTE: "0" });
  const own = await createWorld(server, "own");
  const foreign = await createWorld(server, "foreign");
  const ana = await tokenFor(["RESPONDER"], projects);
  const machine = await tokenFor(["WORKER"], projects);
  const admin = await tokenFor(["ADMIN"]);
  return { server, own, foreign, ana, machine, admin };
}

/** Sends a mutation as somebody; its payload, with errors if there are any. `fields`: what is selected of it. */
export async function mutateAs<Payload = Json>(
  server: AuthServer,
  token: string,
  { name, input, fields }: { readonly name: string; readonly input: Json; readonly fields: string },
): Promise<Payload> {
  const text = mutationText(server.opsledger.schema, name, fields);
  const { data, errors } = await server.ask<Record<string, Payload>>(token, text, { input });
  const payload = data?.[name];
  if (payload === undefined) throw new Error(JSON.stringify(errors));
  return payload;
}

/** An answer with what names the thing left out, so that two can be compared. */
export function anonymous(answer: unknown, ...names: readonly (string | number)[]): unknown {
  const text = names.reduce<string>((rest, name) => rest.replaceAll(String(name), "<it>"), JSON.stringify(answer));
  return JSON.parse(text);
}
