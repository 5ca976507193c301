/** The fault suite: real servers under load, killed, frozen, cut off and lied to; see docs/guides/fault-suite.md. */
import { setTimeout as sleep } from "node:timers/promises";
import { GetCommand } from "@aws-sdk/lib-dynamodb";
import { describe, it } from "vitest";
import { feederLease } from "../../src/store/feed/feeder.js";
import { leaseKey } from "../../src/store/processing/leases.js";
import { shiftedClock, startServers, startSingleServer } from "../support/cluster.js";
import type { Cluster, ClusterServer } from "../support/cluster.js";
import type { Fault } from "../support/faultProxy.js";
import { until } from "../support/graphql/client.js";
import type { Random } from "./support/random.js";
import { roundsOr, runRounds } from "./support/rounds.js";
import type { FaultStory } from "./support/rounds.js";
import { verifyByCommand } from "./support/verifyCommand.js";

const minutes = (count: number) => count * 60_000;
const timeFor = (rounds: number) => minutes(1) + roundsOr(rounds) * minutes(1);

describe("a server with its engine", () => {
  const killServer: FaultStory = async ({ cluster: { servers } }) => {
    for (const server of servers) await server.kill();
  };
  const killEngine: FaultStory = async ({ cluster: { engine }, untilMore }) => {
    await engine.kill();
    await untilMore(20);
  };
  const killBoth: FaultStory = async ({ cluster: { servers, engine }, random }) => {
    const kills = [() => engine.kill(), () => Promise.all(servers.map((server) => server.kill()))];
    if (random.chance(0.5)) kills.reverse();
    await Promise.all(kills.map((kill) => kill()));
  };
  /** Longer than a request may take, at times: then the engine wakes up to the request and to its repeat. */
  const freezeEngine: FaultStory = async ({ cluster: { engine }, random, untilMore }) => {
    await engine.freeze();
    await sleep(random.between(500, 5_000));
    await engine.thaw();
    await untilMore(20);
  };
  const stopServer: FaultStory = async ({ cluster: { servers } }) => {
    for (const server of servers) await server.stop();
  };

  it(
    "loses and doubles nothing when server or engine are killed, frozen or stopped",
    async () => {
      const cluster = await startSingleServer();
      const faults = {
        "kill -9 of the server": killServer,
        "kill -9 of the engine": killEngine,
        "kill -9 of both": killBoth,
        "the engine is frozen for a while": freezeEngine,
        "a stop in between": stopServer,
      };
      await runRounds({ name: "kill", cluster, faults, rounds: 2 });
      await verifyByCommand(cluster);
      await cluster.close();
    },
    timeFor(2),
  );
});

describe("a server whose engine is far away", () => {
  /** One fault of any kind. */
  const anyFault = (random: Random): Fault => {
    const milliseconds = random.between(1, 120);
    const kind = random.pick([
      "drop-before",
      "drop-after",
      "cut",
      "delay",
      "duplicate",
      "echo",
      "refuse",
      "fail-after",
      "contend",
      "part",
    ] as const);
    switch (kind) {
      case "delay":
      case "echo":
        return { kind, milliseconds };
      case "refuse":
        return {
          kind,
          error: random.pick([
            "ProvisionedThroughputExceededException",
            "ThrottlingException",
            "InternalServerError",
            "RequestLimitExceeded",
          ] as const),
        };
      default:
        return { kind };
    }
  };

  /** Any request meets a fault so often. */
  const faulty =
    (probability: number): FaultStory =>
    async ({ cluster: { servers }, random, untilMore }) => {
      for (const { proxy } of servers) proxy?.inject(() => (random.chance(probability) ? anyFault(random) : undefined));
      await untilMore(80);
    };
  const hanging: FaultStory = async ({ cluster: { servers }, random }) => {
    for (const { proxy } of servers) proxy?.inject(() => ({ kind: "hang" }));
    await sleep(random.between(200, 1_500));
  };
  const cutOff: FaultStory = async ({ cluster: { servers }, random }) => {
    for (const { proxy } of servers) proxy?.inject(() => ({ kind: random.pick(["drop-before", "drop-after"]) }));
    await sleep(random.between(200, 1_500));
  };
  const killEngine: FaultStory = async (scene) => {
    const { cluster, random, untilMore } = scene;
    for (const { proxy } of cluster.servers) {
      proxy?.inject(() => (random.chance(0.1) ? anyFault(random) : undefined));
    }
    await cluster.engine.kill();
    await untilMore(20);
  };

  it(
    "loses and doubles nothing whatever becomes of requests and answers",
    async () => {
      const cluster = await startServers(["server"], () => ({ LEASE_MS: "1500" }));
      const faults = {
        "one request in ten is faulty": faulty(0.1),
        "no request is answered": hanging,
        "one request in three is faulty": faulty(0.33),
        "every connection breaks": cutOff,
        "kill -9 of the engine, and one request in ten is faulty": killEngine,
      };
      await runRounds({ name: "proxy", cluster, faults, rounds: 1 });
      await cluster.close();
    },
    timeFor(1),
  );
});

const leaseMilliseconds = 1_000;

/** The server that feeds, and those that stand by. */
async function rolesIn(
  cluster: Cluster,
): Promise<{ readonly feeding: ClusterServer; readonly others: ClusterServer[] }> {
  const pid = await holderPid(cluster);
  const feeding = cluster.servers.find((server) => server.pid === pid);
  if (feeding === undefined) throw new Error(`no server of the cluster feeds, but process ${pid}`);
  return { feeding, others: cluster.servers.filter((server) => server !== feeding) };
}

async function holderPid(cluster: Cluster): Promise<number | undefined> {
  const db = await cluster.db();
  try {
    const { Item } = await db.client.send(
      new GetCommand({
        TableName: db.tableName("processor-checkpoints"),
        Key: leaseKey(feederLease),
        ConsistentRead: true,
      }),
    );
    const owner: unknown = Item?.["owner"];
    return typeof owner === "string" ? Number(owner.split(":").at(-2)) : undefined;
  } finally {
    db.close();
  }
}

/** Resolves when one of the servers given feeds. @throws where that takes longer than a lease and the time that a busy machine needs. */
async function untilFedBy(cluster: Cluster, servers: readonly ClusterServer[]): Promise<void> {
  const isOne = async () => {
    const pid = await holderPid(cluster);
    return servers.some((server) => server.pid === pid);
  };
  await until(isOne, leaseMilliseconds + 3_000);
}

/** Does something to the server that feeds, waits until another feeds, and undoes it. */
function takeover(
  harm: (feeding: ClusterServer) => Promise<void> | void,
  undo: (feeding: ClusterServer) => Promise<void> | void = () => undefined,
): FaultStory {
  return async ({ cluster, untilMore }) => {
    const { feeding, others } = await rolesIn(cluster);
    const began = performance.now();
    await harm(feeding);
    await untilFedBy(cluster, others);
    process.stdout.write(`taken over after ${Math.round(performance.now() - began)} ms\n`);
    await undo(feeding);
    await untilMore(10);
  };
}

describe("two servers on one ledger", () => {
  const faults: Readonly<Record<string, FaultStory>> = {
    "kill -9 of the one that feeds": takeover((feeding) => feeding.kill()),
    "the one that feeds is frozen, and wakes up when it has lost the lease": takeover(
      (feeding) => feeding.freeze(),
      (feeding) => feeding.thaw(),
    ),
    "the one that feeds is cut off from the engine": takeover(
      (feeding) => feeding.proxy?.inject(() => ({ kind: "hang" })),
      (feeding) => feeding.proxy?.heal(),
    ),
    "the one that feeds stops": takeover((feeding) => feeding.stop()),
    "kill -9 of both at once": async ({ cluster: { servers } }) => {
      await Promise.all(servers.map((server) => server.kill()));
    },
    "both are frozen, and wake up at once": async ({ cluster: { servers }, random }) => {
      for (const server of servers) server.freeze();
      await sleep(leaseMilliseconds * (1 + random.next()));
      for (const server of servers) server.thaw();
    },
    "kill -9 of the engine, and requests of both are late or come twice": async ({ cluster, random, untilMore }) => {
      for (const { proxy } of cluster.servers) {
        const milliseconds = () => random.between(1, 1_500);
        const late = (): Fault =>
          random.pick([
            { kind: "echo", milliseconds: milliseconds() },
            { kind: "delay", milliseconds: milliseconds() },
            { kind: "duplicate" },
          ]);
        proxy?.inject(() => (random.chance(0.2) ? late() : undefined));
      }
      await untilMore(20);
      await cluster.engine.kill();
      await untilMore(20);
    },
  };

  it(
    "never both act, one takes over from the other in time, and nothing is lost or doubled",
    async () => {
      const cluster = await startServers(["ann", "bob"], () => ({ LEASE_MS: String(leaseMilliseconds) }));
      await runRounds({ name: "leases", cluster, faults, rounds: 1 });
      await cluster.close();
    },
    timeFor(1),
  );
});

describe("two servers whose clocks disagree", () => {
  const hours = 3_600_000;
  const jump: FaultStory = async ({ cluster, random, untilMore }) => {
    random.pick(cluster.servers).jump();
    await untilMore(30);
    for (const server of cluster.servers) server.jump();
    await untilMore(30);
  };
  const faults: Readonly<Record<string, FaultStory>> = {
    "clocks jump": jump,
    "clocks jump, and kill -9 of the one that feeds": async (scene) => {
      await jump(scene);
      await takeover((feeding) => feeding.kill())(scene);
    },
  };

  it(
    "lose and double nothing, also when the clocks jump",
    async () => {
      // More than a day: what is younger in DynamoDB Streams by one clock has long been trimmed by the other.
      const shifts = new Map([
        ["fast", 40 * hours],
        ["slow", -2 * hours],
      ]);
      const cluster = await startServers(["fast", "slow"], (name) => ({
        LEASE_MS: String(leaseMilliseconds),
        ...shiftedClock(shifts.get(name) ?? 0),
      }));
      await runRounds({ name: "clocks", cluster, faults, rounds: 1 });
      await cluster.close();
    },
    timeFor(1),
  );
});
