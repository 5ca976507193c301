/** A server over a small schema and an in-memory log, for the tests of the front. */
import { GraphQLError, GraphQLScalarType, buildSchema } from "graphql";
import type { GraphQLFieldResolver, GraphQLSchema } from "graphql";
import { createLogger } from "../../src/observability/logger.js";
import type { Logger } from "../../src/observability/logger.js";
import type { Gate } from "../../src/server/auth/gate.js";
import { callerFor } from "../../src/server/caller.js";
import type { Caller } from "../../src/resolvers/index.js";
import { startHttpServer } from "../../src/server/httpServer.js";
import type { HttpServer, ServerOptions } from "../../src/server/httpServer.js";
import { defaultLimits } from "../../src/server/limits.js";
import type { RequestFacts } from "../../src/server/requestFacts.js";

/** A refusal of the test's domain; the server is told how to describe it. */
class TestRefusal extends Error {}

/** An error with a secret in it; nobody described it. */
export const secretMessage = "connection string postgres://root:hunter2@db";

export interface TestContext {
  readonly facts: RequestFacts;
  readonly caller: Caller;
}

export interface Entry {
  readonly position: number;
  readonly body: string;
}

/** An append-only log that can be followed. */
export interface TestLog {
  append(body: string): Entry;
  /** What came after `position`, then what comes. `return()` ends it at once. */
  follow(position: number): AsyncGenerator<Entry, void, void>;
  /** Followers that have not ended. */
  readonly following: number;
  /** Entries that followers have taken. */
  readonly taken: number;
}

export interface TestServer extends HttpServer {
  readonly log: TestLog;
  /** How often the subscription's payload was resolved. */
  readonly executions: () => number;
  readonly logLines: () => Record<string, unknown>[];
  /** Lets `{ slow }` answer. */
  readonly release: () => void;
  /** Requests for `{ slow }` that wait. */
  readonly waiting: () => number;
}

const sdl = /* GraphQL */ `
  scalar Json
  scalar Picky
  type Query {
    hello(name: String): String!
    picky(value: Picky!): Boolean
    echo(value: Json): Json
    node: Node!
    items(first: Int = 10): [Item!]!
    requestId: String!
    transport: String!
    actor: String!
    refused: String
    described: String
    unexpected: String
    uncoded: String
    broken: String!
    wrongEnum: Color
    size(least: Int! = 1): Int
    slow: String!
  }
  enum Color {
    RED
  }
  type Item {
    id: ID!
    name: String
  }
  type Node {
    node: Node!
    leaf: Int
  }
  type Mutation {
    append(body: String!): Int!
  }
  type Subscription {
    entries(after: String, label: String): Entry!
    actorOnce: String!
    refusedAtStart: String!
    unexpectedAtStart: String!
    failsLater(kind: String!): Int!
    numbers: Int
  }
  type Entry {
    position: Int!
    body: String!
    refused: String
    unexpected: String
    missing: String!
    actor: String!
  }
`;

export function createTestLog(): TestLog {
  const entries: Entry[] = [];
  const waiters = new Set<() => void>();
  let following = 0;
  let taken = 0;
  return {
    append: (body) => {
      const entry = { position: entries.length + 1, body };
      entries.push(entry);
      for (const wake of [...waiters]) wake();
      return entry;
    },
    follow: (position) => {
      let cursor = position;
      let ended = false;
      let wake: (() => void) | undefined;
      following += 1;
      const finish = () => {
        if (!ended) following -= 1;
        ended = true;
        wake?.();
        return { done: true, value: undefined } as const;
      };
      const follower: AsyncGenerator<Entry, void, void> = {
        next: async () => {
          for (;;) {
            if (ended) return { done: true, value: undefined };
            const entry = entries[cursor];
            if (entry) {
              cursor += 1;
              taken += 1;
              return { done: false, value: entry };
            }
            await new Promise<void>((resolve) => {
              wake = () => {
                if (wake) waiters.delete(wake);
                resolve();
              };
              waiters.add(wake);
            });
          }
        },
        return: async () => finish(),
        throw: async (error) => {
          finish();
          throw error;
        },
        [Symbol.asyncIterator]: () => follower,
        [Symbol.asyncDispose]: async () => void finish(),
      };
      return follower;
    },
    get following() {
      return following;
    },
    get taken() {
      return taken;
    },
  };
}

/** Nobody has to prove anything, and everybody may ask as often as they like. */
const openGate: Gate = {
  identifies: "operation",
  identify: async (facts) => callerFor(facts),
  admit: async () => undefined,
};

/** A caller who may do everything. */
export function anyone(id: string): Caller {
  return { actor: { kind: "USER", id }, roles: ["ADMIN"], projects: "all", authenticated: false };
}

type Resolver = GraphQLFieldResolver<unknown, TestContext, Record<string, string | number | undefined>>;

/** Starts a server; each test may say what differs. */
export async function startTestServer(options: Partial<ServerOptions<TestContext>> = {}): Promise<TestServer> {
  const log = createTestLog();
  const lines: string[] = [];
  let executions = 0;
  let releaseSlow: () => void = () => undefined;
  let waiting = 0;
  const released = new Promise<void>((resolve) => {
    releaseSlow = resolve;
  });
  const schema = testSchema(log, {
    onEntry: () => {
      executions += 1;
    },
    slow: async () => {
      waiting += 1;
      await released;
      return "done";
    },
  });
  const server = await startHttpServer<TestContext>({
    schema,
    host: "127.0.0.1",
    port: 0,
    limits: defaultLimits,
    introspection: "allowed",
    playground: { title: "Test playground", tabs: [{ query: "query Greeting { hello }" }] },
    gate: openGate,
    contextFor: async (facts, caller) => ({ facts, caller }),
    describeError: (error) =>
      error instanceof TestRefusal
        ? { message: error.message, code: "REFUSED", extensions: { field: "name" } }
        : undefined,
    resumeId: ({ data }) => {
      const entry = data?.entries;
      return typeof entry === "object" && entry !== null && "position" in entry ? String(entry.position) : undefined;
    },
    shareKey: ({ caller }) => caller.actor.id,
    readiness: async () => ({ ready: true, checks: { log: "ok" } }),
    logger: memoryLogger(lines),
    ...options,
  });
  return {
    ...server,
    log,
    executions: () => executions,
    logLines: () => lines.map((line): Record<string, unknown> => JSON.parse(line) as Record<string, unknown>),
    release: () => releaseSlow(),
    waiting: () => waiting,
  };
}

function memoryLogger(lines: string[]): Logger {
  return createLogger({ level: "warn", destination: { write: (line: string) => void lines.push(line) } });
}

/** The schema with its resolvers. */
export function testSchema(log: TestLog, hooks: { onEntry: () => void; slow: () => Promise<string> }): GraphQLSchema {
  const schema = buildSchema(sdl);
  const refuse = () => {
    throw new TestRefusal("the name is taken");
  };
  const slip = () => {
    throw new Error(secretMessage);
  };
  const resolvers: Record<string, Record<string, Resolver>> = {
    Query: {
      hello: (_source, { name }) => `hello ${name ?? "world"}`,
      picky: () => true,
      echo: (_source, { value }) => value,
      node: () => ({}),
      items: (_source, { first }) => Array.from({ length: Number(first) }, (_, index) => ({ id: index, name: "item" })),
      requestId: (_source, _args, { facts }) => facts.requestId,
      transport: (_source, _args, { facts }) => facts.transport,
      actor: (_source, _args, { caller }) => caller.actor.id,
      refused: () => {
        throw new GraphQLError("not today", { extensions: { code: "NOT_TODAY", until: "tomorrow" } });
      },
      described: refuse,
      unexpected: slip,
      uncoded: () => {
        throw new GraphQLError(secretMessage);
      },
      broken: () => undefined,
      wrongEnum: () => secretMessage,
      size: (_source, { least }) => least,
      slow: hooks.slow,
    },
    Node: { node: () => ({}), leaf: () => 1 },
    Mutation: { append: (_source, { body }) => log.append(String(body)).position },
    Subscription: {
      entries: (entry) => {
        hooks.onEntry();
        return entry;
      },
      actorOnce: (_source, _args, { caller }) => caller.actor.id,
      failsLater: (number) => number,
      numbers: (number) => number,
    },
    Entry: {
      refused: refuse,
      unexpected: slip,
      missing: () => undefined,
      actor: (_source, _args, { caller }) => caller.actor.id,
    },
  };
  const subscribers: Record<string, Resolver> = {
    entries: (_source, { after }) => log.follow(Number(after ?? 0)),
    actorOnce: async function* () {
      yield 1;
    },
    refusedAtStart: refuse,
    unexpectedAtStart: slip,
    failsLater: async function* (_source, { kind }) {
      yield 1;
      if (kind === "refused") refuse();
      slip();
    },
    numbers: async function* () {
      yield 1;
      yield 2;
    },
  };
  for (const [type, fields] of Object.entries(resolvers)) {
    for (const [name, resolve] of Object.entries(fields)) Object.assign(fieldOf(schema, type, name), { resolve });
  }
  for (const [name, subscribe] of Object.entries(subscribers)) {
    Object.assign(fieldOf(schema, "Subscription", name), { subscribe });
  }
  fieldOf(schema, "Query", "items").extensions = {
    complexity: ({ args, childComplexity }: { args: { first: number }; childComplexity: number }) =>
      1 + args.first * childComplexity,
  };
  const picky = schema.getType("Picky");
  if (picky instanceof GraphQLScalarType) {
    picky.parseValue = (value) => {
      throw new TypeError(`${String(value)} is not picked`);
    };
    picky.parseLiteral = () => {
      throw new TypeError("it is not picked");
    };
  }
  return schema;
}

function fieldOf(schema: GraphQLSchema, type: string, field: string) {
  const found = schema.getType(type);
  const fields = found && "getFields" in found ? found.getFields() : {};
  const one = fields[field];
  if (!one || !("args" in one)) throw new Error(`no field ${type}.${field}`);
  return one;
}
