/** Rounds: load, a fault at a moment that chance chooses, the end of the fault, and then everything must hold. */
import { setTimeout as sleep } from "node:timers/promises";
import { untilReady } from "../../support/cluster.js";
import type { Cluster } from "../../support/cluster.js";
import { post, until } from "../../support/graphql/client.js";
import {
  callProblems,
  countsOf,
  feedProblems,
  followsChanges,
  followsTimeline,
  readLedger,
  sightingProblems,
  verifyProblems,
  versionProblems,
} from "./ledgerChecks.js";
import type { Following, LedgerContent } from "./ledgerChecks.js";
import { createBook, settle, startLoad } from "./load.js";
import type { Book, Load, LoadOptions } from "./load.js";
import { createRandom } from "./random.js";
import type { Random } from "./random.js";
import { changesQuery, eventsQuery, startSubscriber, timelineQuery } from "./subscribers.js";
import type { Subscriber, SubscriberOptions } from "./subscribers.js";

/** What a fault works with. */
export interface Scene {
  readonly cluster: Cluster;
  readonly random: Random;
  readonly load: Load;
  /** Resolves when the load has so many more calls done. */
  readonly untilMore: (calls: number) => Promise<void>;
}

/** Does harm under load, and undoes it: when it resolves the servers are up or coming up. */
export type FaultStory = (scene: Scene) => Promise<void>;

export interface RoundsOptions {
  readonly name: string;
  readonly cluster: Cluster;
  /** By name; one for each round, in turn. */
  readonly faults: Readonly<Record<string, FaultStory>>;
  /** How many rounds where `ROUNDS` does not say. */
  readonly rounds: number;
}

const clients = 6;

/** The seed of the first round; later rounds count on. A round that failed is repeated with its own seed and ROUNDS=1. */
const firstSeed = Number(process.env["FAULT_SEED"] ?? Math.floor(Math.random() * 1_000_000));

/** How many rounds there are to be. */
export function roundsOr(fallback: number): number {
  return Number(process.env["ROUNDS"] ?? fallback);
}

/** Runs the rounds, all on the same ledger. Throws with the seed, the fault and the problems of the first that fails. */
export async function runRounds({ name, cluster, faults, rounds }: RoundsOptions): Promise<void> {
  const book = createBook();
  const followings: Following[] = [];
  const names = Object.keys(faults);
  try {
    for (let seed = firstSeed; seed < firstSeed + roundsOr(rounds); seed += 1) {
      const faultName = names[seed % names.length] ?? "";
      const story = faults[faultName];
      if (story === undefined) throw new Error("no faults are given");
      const began = performance.now();
      try {
        await runRound({ cluster, book, followings, seed, story });
      } catch (cause) {
        const reason = cause instanceof Error ? cause.message : String(cause);
        throw new Error(
          `${name}: ${faultName}, repeat with FAULT_SEED=${seed} ROUNDS=1\n${reason}${outputs(cluster)}`,
          {
            cause,
          },
        );
      }
      const seconds = ((performance.now() - began) / 1_000).toFixed(1);
      process.stdout.write(
        `${name}: seed ${seed}, ${faultName}: ${seconds} s; ${figures(book, followings)}${harm(cluster)}\n`,
      );
    }
  } finally {
    for (const { subscriber } of followings) await subscriber.close();
  }
}

interface Round {
  readonly cluster: Cluster;
  readonly book: Book;
  readonly followings: Following[];
  readonly seed: number;
  readonly story: FaultStory;
}

async function runRound({ cluster, book, followings, seed, story }: Round): Promise<void> {
  const random = createRandom(seed);
  const options: LoadOptions = {
    book,
    random,
    name: `${seed}`,
    clients,
    urls: () => cluster.servers.map(({ url }) => url).filter((url) => url !== undefined),
  };
  const load = startLoad(options);
  try {
    const untilMore: Scene["untilMore"] = async (calls) => {
      const goal = load.acknowledged() + calls;
      await until(() => load.acknowledged() >= goal, 30_000);
    };
    await untilMore(10);
    if (followings.length === 0) followings.push(...startFollowing(cluster, book, random));
    await untilMore(random.between(1, 30));
    for (const { subscriber } of followings) if (random.chance(0.3)) subscriber.breakOff();
    await story({ cluster, random, load, untilMore });
    for (const { proxy } of cluster.servers) await proxy?.heal();
    await Promise.all(cluster.servers.map((server) => server.start()));
    await untilReady(cluster);
    await untilMore(10);
  } finally {
    await load.stop();
  }
  await settle(options);
  await check(cluster, book, followings);
}

/** Everything that must hold now that the faults are over and nobody writes. */
async function check(cluster: Cluster, book: Book, followings: readonly Following[]): Promise<void> {
  const db = await cluster.db();
  try {
    const content = await untilFed(cluster, () => readLedger(db));
    const problems = [
      ...versionProblems(content),
      ...callProblems(content, book),
      ...feedProblems(content),
      ...(await verifyProblems(db)),
    ];
    for (const following of followings) {
      await untilSeen(following, content);
      problems.push(...(await sightingProblems(following, content)));
    }
    if (problems.length > 0) throw new Error(problems.slice(0, 20).join("\n"));
  } finally {
    db.close();
  }
}

/** The ledger once the feed has as many events as the log, and the processors have seen them. */
async function untilFed(cluster: Cluster, read: () => Promise<LedgerContent>): Promise<LedgerContent> {
  const deadline = performance.now() + 20_000;
  for (;;) {
    const content = await read();
    const { logged, fed } = countsOf(content);
    const behind = await withoutPassed(cluster, content.behind);
    // More than there are is a problem that the checks name.
    if (fed >= logged && behind.length === 0) return content;
    if (performance.now() > deadline) {
      throw new Error(`the feed has ${fed} of ${logged} events; behind it: ${behind.join(", ") || "nobody"}`);
    }
    await sleep(50);
  }
}

/** Those of the processors that no server says has come to the end. What no view has passed over is noted a while later. */
async function withoutPassed({ servers }: Cluster, behind: readonly string[]): Promise<readonly string[]> {
  if (behind.length === 0) return [];
  const atEnd = new Set<string>();
  for (const { url } of servers) {
    if (url === undefined) continue;
    const { data } = await post<{ processors: { name: string; kind: string; lagEvents: number }[] }>(url, {
      query: "{ processors { name kind lagEvents } }",
    });
    for (const { name, kind, lagEvents } of data?.processors ?? [])
      if (kind !== "PROJECTION" && lagEvents === 0) atEnd.add(name);
  }
  return behind.filter((name) => !atEnd.has(name));
}

async function untilSeen({ subscriber, expected }: Following, content: LedgerContent): Promise<void> {
  const count = (await expected(content)).flat().length;
  await until(() => subscriber.seen.length >= count, 20_000).catch(() => {
    const { name, seen, lastEnding } = subscriber;
    throw new Error(`subscriber ${name} saw ${seen.length} of ${count} events; last ending: ${lastEnding}`);
  });
}

/** All changes, those of grave incidents, all events, and the timelines of two incidents. */
function startFollowing(cluster: Cluster, { incidents }: Book, random: Random): Following[] {
  const [first, second] = incidents;
  if (first === undefined || second === undefined) throw new Error("no incident was declared");
  const webSocketUrls = () =>
    cluster.servers.map(({ webSocketUrl }) => webSocketUrl).filter((url) => url !== undefined);
  const start = (options: Pick<SubscriberOptions, "name" | "query" | "variables" | "after">): Subscriber =>
    startSubscriber({ ...options, webSocketUrls, random: createRandom(random.between(1, 1e9)) });
  const grave = ["P0", "P1"];
  return [
    followsChanges(start({ name: "all", query: changesQuery, after: first.position }), first.incidentId, undefined),
    followsChanges(
      start({ name: "grave", query: changesQuery, variables: { filter: { severity: grave } }, after: first.position }),
      first.incidentId,
      grave,
    ),
    followsChanges(start({ name: "events", query: eventsQuery, after: first.position }), first.incidentId, undefined),
    ...[first, second].map(({ incidentId, position }, index) =>
      followsTimeline(
        start({ name: `timeline ${index + 1}`, query: timelineQuery, variables: { incidentId }, after: position }),
        incidentId,
      ),
    ),
  ];
}

function figures({ calls, repeats }: Book, followings: readonly Following[]): string {
  const done = calls.filter(({ outcome }) => outcome?.kind === "done").length;
  const lost = calls.filter((call) => call.lost > 0).length;
  const seen = followings.reduce((sum, { subscriber }) => sum + subscriber.seen.length, 0);
  const connections = followings.reduce((sum, { subscriber }) => sum + subscriber.connections, 0);
  return `in all ${calls.length} calls, ${done} done, ${lost} with a lost answer, ${repeats} repeated; ${seen} events seen over ${connections} connections`;
}

/** What the proxies did to requests. */
function harm({ servers }: Cluster): string {
  const counts = servers.flatMap(({ proxy }) => [...(proxy?.faults ?? [])].map(([kind, count]) => `${count} ${kind}`));
  return counts.length === 0 ? "" : `; so far ${counts.join(", ")}`;
}

/** What the servers have logged as errors, and the end of all they have said, for whoever must find out. */
function outputs({ servers }: Cluster): string {
  return servers
    .map(({ name, output }) => {
      const errors = output()
        .split("\n")
        .filter((line) => line.startsWith('{"level":50'))
        .slice(0, 5);
      return `\n--- ${name}, errors:\n${errors.join("\n")}\n--- ${name} said last:\n${output().slice(-3_000)}`;
    })
    .join("");
}
