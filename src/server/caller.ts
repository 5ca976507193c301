/** Who calls where no authentication is configured: a person of this machine, who is who it says it is and may do all. */
import type { Caller } from "../resolvers/index.js";
import { refusal } from "./errors.js";
import type { RequestFacts } from "./requestFacts.js";

/**
 * The caller that a request names in `x-opsledger-actor`, as a header or in a WebSocket's connection parameters.
 * @throws GraphQLError `BAD_REQUEST` (HTTP 400) where the name is not 1-128 of letters, digits and `. _ @ : -`.
 */
export function callerFor({ headers, connectionParams }: Pick<RequestFacts, "headers" | "connectionParams">): Caller {
  const named = headers[actorHeader] ?? connectionParams?.[actorHeader];
  if (named === undefined) return localCaller("local");
  if (typeof named === "string" && actorId.test(named)) return localCaller(named);
  throw refusal(`${actorHeader} must be 1-128 of letters, digits and . _ @ : -`, "BAD_REQUEST", {
    field: actorHeader,
    http: { status: 400 },
  });
}

const actorHeader = "x-opsledger-actor";
const actorId = /^[A-Za-z0-9._@:-]{1,128}$/;

function localCaller(id: string): Caller {
  return { actor: { kind: "USER", id }, roles: ["ADMIN"], projects: "all", authenticated: false };
}
