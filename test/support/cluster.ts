/** Servers as processes and the engine they share, each of which a test can kill, freeze, cut off and start again. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { createDynamoDb } from "../../src/store/dynamodb/client.js";
import type { DynamoDb } from "../../src/store/dynamodb/client.js";
import { startEngine } from "../../src/store/engine/index.js";
import { prefixed } from "../../src/store/tables.js";
import { engineOf, startBuiltServer } from "../e2e/support/builtServer.js";
import type { BuiltServer } from "../e2e/support/builtServer.js";
import { startFaultProxy } from "./faultProxy.js";
import type { FaultProxy } from "./faultProxy.js";
import { until } from "./graphql/client.js";

export interface ClusterServer {
  readonly name: string;
  /** Undefined while the server is down. */
  readonly pid: number | undefined;
  /** Where GraphQL is; undefined while the server is down. */
  readonly url: string | undefined;
  readonly webSocketUrl: string | undefined;
  /** Between this server and the engine; only where the engine is shared. */
  readonly proxy: FaultProxy | undefined;
  /** Everything that its processes have logged so far. */
  readonly output: () => string;
  /** Starts it if it is down. Throws where it ends instead. */
  start(): Promise<void>;
  /** `kill -9`; resolves when it is gone. */
  kill(): Promise<void>;
  /** Asks it to stop; resolves when it has. */
  stop(): Promise<void>;
  /** Halts the process as it is (SIGSTOP): its connections stay open, and nothing moves. */
  freeze(): void;
  thaw(): void;
  /** Lets its clock jump to the other side, where it was started with {@link shiftedClock}. */
  jump(): void;
}

export interface ClusterEngine {
  /** Of the engine itself, past every proxy. */
  endpoint(): Promise<string>;
  /** `kill -9`; it is started again by whoever owns it. Resolves with the death. */
  kill(): Promise<void>;
  freeze(): Promise<void>;
  thaw(): Promise<void>;
}

export interface Cluster {
  readonly servers: readonly ClusterServer[];
  readonly engine: ClusterEngine;
  /** Client for the tables, past every proxy. To be closed by the caller. */
  db(): Promise<DynamoDb>;
  /** Stops everything. Done behind the test as well. */
  close(): Promise<void>;
}

type Environment = Readonly<Record<string, string>>;

/** For the tests' own requests a server must be up and what it has written must not depend on how much it says. */
const quiet: Environment = { LOG_LEVEL: "info", SHUTDOWN_GRACE_MS: "2000" };

/** Cursors of one server are good on the others. */
const sharedSecret: Environment = { CURSOR_SECRET: "the servers of one cluster share this" };

/** One server that owns its engine, as `npm start` runs it. */
export async function startSingleServer(environment: Environment = {}): Promise<Cluster> {
  const folder = await clusterFolder();
  const server = createServer({ name: "server", dataDir: folder, environment: { ...quiet, ...environment } });
  const pid = async () => (await engineOf(folder)).pid;
  const cluster = createCluster({
    servers: [server],
    engine: {
      endpoint: async () => (await engineOf(folder)).endpoint,
      kill: async () => signal(await pid(), "SIGKILL"),
      freeze: async () => signal(await pid(), "SIGSTOP"),
      thaw: async () => signal(await pid(), "SIGCONT"),
    },
    closeEngine: async () => undefined,
  });
  await server.start();
  return cluster;
}

/** Servers on one engine that is nobody's, each behind a fault proxy of its own. */
export async function startServers(
  names: readonly string[],
  environmentOf: (name: string) => Environment,
): Promise<Cluster> {
  const folder = await clusterFolder();
  const engine = await startEngine({ dataDir: join(folder, "engine"), log: () => undefined });
  onTestFinished(() => engine.close());
  const endpoint = engine.endpoint ?? "";
  const pid = () => engine.pid ?? 0;
  const servers = await Promise.all(
    names.map(async (name) => {
      const proxy = await startFaultProxy(endpoint);
      onTestFinished(() => proxy.close());
      return createServer({
        name,
        dataDir: join(folder, name),
        proxy,
        environment: { ...quiet, ...sharedSecret, ...environmentOf(name), DYNAMODB_ENDPOINT: proxy.endpoint },
      });
    }),
  );
  const cluster = createCluster({
    servers,
    engine: {
      endpoint: async () => endpoint,
      kill: async () => signal(pid(), "SIGKILL"),
      freeze: async () => signal(pid(), "SIGSTOP"),
      thaw: async () => signal(pid(), "SIGCONT"),
    },
    closeEngine: () => engine.close(),
  });
  // Both at once, as after a power cut: they meet over the tables that are not there yet.
  await Promise.all(servers.map((server) => server.start()));
  return cluster;
}

async function clusterFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "opsledger-cluster-"));
  // Registered first, so that it runs last: vitest runs these in reverse order.
  onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}

interface Parts extends Pick<Cluster, "servers" | "engine"> {
  readonly closeEngine: () => Promise<void>;
}

function createCluster({ servers, engine, closeEngine }: Parts): Cluster {
  return {
    servers,
    engine,
    db: async () => createDynamoDb({ endpoint: await engine.endpoint(), tableName: prefixed("") }),
    close: async () => {
      await engine.thaw().catch(() => undefined);
      for (const server of servers) {
        server.thaw();
        await server.kill();
        await server.proxy?.close();
      }
      await closeEngine();
    },
  };
}

interface ServerOptions {
  readonly name: string;
  readonly dataDir: string;
  readonly proxy?: FaultProxy;
  readonly environment: Environment;
}

function createServer({ name, dataDir, proxy, environment }: ServerOptions): ClusterServer {
  let running: BuiltServer | undefined;
  let earlier = "";
  const end = async (how: NodeJS.Signals) => {
    const ending = running;
    if (ending === undefined) return;
    running = undefined;
    signal(ending.pid, how);
    // A process that is halted must go on to take anything but SIGKILL.
    signal(ending.pid, "SIGCONT");
    await ending.ended;
    earlier += ending.output() + ending.errorOutput();
  };
  return {
    name,
    get pid() {
      return running?.pid;
    },
    get url() {
      return running?.url;
    },
    get webSocketUrl() {
      return running?.webSocketUrl;
    },
    proxy,
    output: () => earlier + (running === undefined ? "" : running.output() + running.errorOutput()),
    start: async () => {
      running ??= await startBuiltServer(dataDir, environment);
    },
    kill: () => end("SIGKILL"),
    stop: () => end("SIGTERM"),
    freeze: () => running && signal(running.pid, "SIGSTOP"),
    thaw: () => running && signal(running.pid, "SIGCONT"),
    jump: () => running && signal(running.pid, "SIGUSR2"),
  };
}

/** For a server whose clock is wrong by so much, and by as much to the other side after {@link ClusterServer.jump}. */
export function shiftedClock(milliseconds: number): Environment {
  const program = `const shift = { by: ${milliseconds} };
    process.on("SIGUSR2", () => void (shift.by = -shift.by));
    const Right = Date;
    globalThis.Date = class Date extends Right {
      constructor(...given) { given.length === 0 ? super(Right.now() + shift.by) : super(...given); }
      static now() { return Right.now() + shift.by; }
    };`;
  return { NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(program)}` };
}

/** Sends a signal; nothing where the process is gone already. */
function signal(pid: number, name: NodeJS.Signals): void {
  if (pid <= 0) return;
  try {
    process.kill(pid, name);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}

/** Resolves when every server that runs says that it is ready. */
export async function untilReady({ servers }: Pick<Cluster, "servers">, withinMilliseconds = 20_000): Promise<void> {
  const isReady = async (url: string) => {
    const answer = await fetch(new URL("/readyz", url), { signal: AbortSignal.timeout(2_000) }).catch(() => undefined);
    await answer?.body?.cancel();
    return answer?.status === 200;
  };
  for (const { url } of servers) if (url !== undefined) await until(() => isReady(url), withinMilliseconds);
}
