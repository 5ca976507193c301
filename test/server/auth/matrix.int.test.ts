/** Each root field of the schema, asked by each role, about incidents of its own project and of another one. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildSchema } from "../../../src/server/composition.js";
import { accessProblem, roles } from "../../../src/resolvers/index.js";
import type { Role } from "../../../src/resolvers/index.js";
import { subscribeWs } from "../../support/graphql/client.js";
import type { WireError } from "../../support/graphql/client.js";
import { matrix } from "./support/matrix.js";
import type { Row } from "./support/matrix.js";
import { createWorld, happenIn, renewWorld, startAuthServer, tokenFor } from "./support/world.js";
import type { AuthServer, World } from "./support/world.js";

const schema = buildSchema();
const rootTypes = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
const fields = rootTypes.flatMap((type) => Object.keys(type?.getFields() ?? {}).map((name) => `${type?.name}.${name}`));
const scope = ["own", "own-2", "own-3"];

let server: AuthServer;
let own: World;
let foreign: World;
let foreignVersions: number;
beforeAll(async () => {
  server = await startAuthServer({ RATE_LIMIT_PER_MINUTE: "0" });
  own = await createWorld(server, "own");
  foreign = await createWorld(server, "foreign");
  foreignVersions = await foreign.versions();
});
afterAll(() => server.close());

/** What a caller got of a field: its value, and why there is none. */
interface Outcome {
  readonly value: unknown;
  readonly errors: readonly WireError[];
}

function documentOf(field: string, { ask }: Row): string {
  const [type = "", name = ""] = field.split(".");
  if (type !== "Mutation") return `${type.toLowerCase()} ${ask ?? ""}`;
  const input = schema.getMutationType()?.getFields()[name]?.args[0]?.type;
  return `mutation ($input: ${String(input)}) { ${name}(input: $input) { errors { code message } ${
    // What is said of each item.
    name === "ingestProjectEvents" || name === "recordActivities" ? "results { errors { code message } }" : ""
  } ${name === "claimRequests" ? "claimed { request { requestId } }" : ""} } }`;
}

async function askFor(field: string, row: Row, token: string, world: World): Promise<Outcome> {
  const [type, name = ""] = field.split(".");
  const query = documentOf(field, row);
  const about = row.about(world);
  const variables = type === "Mutation" ? { input: about } : about;
  if (type === "Subscription") return firstOf(query, variables, token);
  const { data, errors = [] } = await server.ask(token, query, variables);
  return { value: data?.[name], errors };
}

/** The first message of a subscription, or why there is none. A new incident of the caller's own ends the wait. */
async function firstOf(query: string, variables: Readonly<Record<string, unknown>>, token: string): Promise<Outcome> {
  const connectionParams = { token };
  const followed = subscribeWs(server.opsledger.http.webSocketUrl, { query, variables, connectionParams });
  const ended = followed.ended.then((ending) => ({
    value: undefined,
    errors: "errors" in ending ? ending.errors : [],
  }));
  const first = followed
    .next()
    .then(({ data, errors = [] }) => ({ value: Object.values(data ?? {})[0], errors }))
    .catch(() => ended);
  const outcome = await Promise.race([first, ended]);
  await followed.close();
  return outcome;
}

const codesOf = ({ value, errors }: Outcome): unknown[] => [
  ...errors.map(({ extensions }) => extensions?.["code"]),
  ...codesIn(value as Refusable),
  ...((value as (Refusable & { results?: Refusable[] }) | null | undefined)?.results ?? []).flatMap(codesIn),
];

type Refusable = { readonly errors?: readonly { readonly code: unknown }[] } | null | undefined;
const codesIn = (value: Refusable) => (value?.errors ?? []).map(({ code }) => code);

/** Whether there is anything in a value: a row, a count, a message, a payload. */
function holdsSomething(value: unknown): boolean {
  if (value === null || value === undefined) return false;
  if (Array.isArray(value)) return value.some(holdsSomething);
  if (typeof value !== "object") return false;
  if ("nodes" in value) return Array.isArray(value.nodes) && value.nodes.length > 0;
  if ("claimed" in value) return Array.isArray(value.claimed) && value.claimed.length > 0;
  // The catalog is there for everybody; what is of a type is not.
  if ("entityTypes" in value) return Array.isArray(value.entityTypes) && value.entityTypes.length > 0;
  return "count" in value ? value.count !== 0 : true;
}

/** In: no refusal, and there is something. */
function expectServed(row: Row, outcome: Outcome): void {
  expect(codesOf(outcome)).toEqual(row.letInWith === undefined ? [] : [row.letInWith]);
  if (row.letInWith === undefined) expect(holdsSomething(outcome.value)).toBe(true);
}

function expectForbidden(outcome: Outcome): void {
  expect(codesOf(outcome)).toEqual(["FORBIDDEN"]);
  expect(holdsSomething(outcome.value)).toBe(false);
}

function expectHidden({ hidden }: Row, outcome: Outcome): void {
  switch (hidden) {
    case "null":
    case "empty":
      expect(outcome.errors).toEqual([]);
      expect(holdsSomething(outcome.value)).toBe(false);
      return;
    case "NOT_FOUND":
    case "FORBIDDEN":
      expect(codesOf(outcome)).toEqual([hidden]);
      return;
    case "all refused":
      expect(codesOf(outcome)).toEqual(["FORBIDDEN"]);
      return;
    case "silence":
      expect(JSON.stringify(outcome.value)).not.toContain(`INC-${foreign.number}`);
      expect(JSON.stringify(outcome.value)).not.toContain(`"${foreign.service}"`);
      return;
    case "all or nothing":
      throw new Error("nothing is hidden of a field that takes access to everything");
  }
}

it("every root field has a row, and every row a field", () => {
  expect(Object.keys(matrix).sort()).toEqual(fields.sort());
});

describe.each(fields.filter((field) => matrix[field]).map((field) => [field, matrix[field] as Row] as const))(
  "%s",
  (field, row) => {
    const isOpenTo = (role: Role, projects: "all" | readonly string[]) =>
      accessProblem({ roles: [role], projects }, row.least) === undefined;

    // A field changes things of its own; the same command twice has no second effect, so all roles may ask for it.
    let world: World;
    beforeAll(async () => {
      world = field.startsWith("Mutation") ? await renewWorld(server, own, row.about) : own;
    });

    it.each(roles)("asked by a %s", async (role) => {
      const limited = await tokenFor([role], scope);
      const unlimited = await tokenFor([role], "*");
      if (isOpenTo(role, scope)) {
        expectServed(row, await askFor(field, row, limited, world));
        expectHidden(row, await askFor(field, row, await tokenFor([role], ["elsewhere"]), await hiddenWorld(field)));
      } else {
        expectForbidden(await askFor(field, row, limited, own));
        expectForbidden(await askFor(field, row, limited, foreign));
      }
      if (isOpenTo(role, "all")) expectServed(row, await askFor(field, row, unlimited, world));
      else expectForbidden(await askFor(field, row, unlimited, own));
    });

    it("asked by somebody without a role, or without a token", async () => {
      expectForbidden(await askFor(field, row, await tokenFor([], "*"), own));
      const refused = await askFor(field, row, "no.token.this", own);
      expect(refused.value).toBeUndefined();
      // An address that fails sixty times in a minute is told to wait: there are more fields than that.
      const codes = refused.errors.map(({ extensions }) => extensions?.["code"]);
      expect(codes.every((code) => code === "UNAUTHENTICATED" || code === "RATE_LIMITED")).toBe(true);
    });

    // Once for all who have asked: this reads some twenty streams.
    it("has changed nothing of another project", async () => {
      expect(await foreign.versions()).toBe(foreignVersions);
    });
  },
);

/** Subscriptions to everything are told of something in the end: of an incident that is declared elsewhere, where they look. */
async function hiddenWorld(field: string): Promise<World> {
  if (field.startsWith("Subscription") && matrix[field]?.hidden === "silence") await happenIn(server, "elsewhere");
  return foreign;
}
