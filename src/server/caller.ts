/** Who is calling. The one place where tokens and roles will be read; until then a caller is who it says it is. */
import type { Actor } from "../domain/kernel/index.js";
import { refusal } from "./errors.js";
import type { RequestFacts } from "./requestFacts.js";

export interface Caller {
  readonly actor: Actor;
}

/**
 * The caller that a request names in `x-opsledger-actor`, as a header or in a WebSocket's connection parameters.
 * @throws GraphQLError `BAD_REQUEST` (HTTP 400) where the name is not 1-128 of letters, digits and `. _ @ : -`.
 */
export function callerFor({ headers, connectionParams }: Pick<RequestFacts, "headers" | "connectionParams">): Caller {
  const named = headers[actorHeader] ?? connectionParams?.[actorHeader];
  if (named === undefined) return localCaller;
  if (typeof named === "string" && actorId.test(named)) return { actor: { kind: "USER", id: named } };
  throw refusal(`${actorHeader} must be 1-128 of letters, digits and . _ @ : -`, "BAD_REQUEST", {
    field: actorHeader,
    http: { status: 400 },
  });
}

const actorHeader = "x-opsledger-actor";
const actorId = /^[A-Za-z0-9._@:-]{1,128}$/;

/** The caller where nobody is named. */
const localCaller: Caller = { actor: { kind: "USER", id: "local" } };
