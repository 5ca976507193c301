/** The processors of a ledger as its operators see them, on whatever server they run. */
import { setTimeout as sleep } from "node:timers/promises";
import { UnavailableError, covers, toMilliseconds } from "../../domain/kernel/index.js";
import type {
  ChangeFeed,
  Clock,
  DeadLetter,
  FeedPosition,
  Leases,
  ProcessorControl,
  ProcessorKind,
  ProcessorStatus,
  StreamPosition,
} from "../../domain/kernel/index.js";
import type { DynamoDb } from "../dynamodb/client.js";
import { atTheBeginning, loadCheckpoint } from "./checkpoint.js";
import type { Checkpoint } from "./checkpoint.js";
import { loadDeadLetters, requestDeadLetter } from "./deadLetters.js";
import type { Processor } from "./processor.js";

export interface ControlDeps {
  readonly db: DynamoDb;
  readonly feed: ChangeFeed;
  readonly leases: Leases;
  readonly clock: Clock;
  readonly processors: readonly Processor[];
  /** The feeder, which has no checkpoint in the feed. */
  readonly feeder: {
    readonly lease: string;
    health(): { readonly lagEvents: number; readonly error?: string };
  };
  /** How long a query waits for a view, in milliseconds. @default 5,000 */
  readonly waitMilliseconds?: number;
}

/** A look at a view that another process runs costs a request: they become rarer while it does not come. In milliseconds. */
const lookEvery = { first: 20, grow: 1.5, longest: 250 } as const;

export function createProcessorControl(deps: ControlDeps): ProcessorControl {
  const { db, feed, leases, clock, processors, feeder } = deps;
  const waitMilliseconds = deps.waitMilliseconds ?? 5_000;

  const checkpointOf = async (name: string): Promise<Checkpoint> =>
    (await loadCheckpoint(db, name)) ?? atTheBeginning(feed.logs);

  /** Reads under way. One that is older than the question says too little at worst, never too much. */
  const reading = new Map<string, Promise<Checkpoint>>();
  const sharedCheckpoint = (name: string): Promise<Checkpoint> => {
    const read = reading.get(name) ?? checkpointOf(name).finally(() => reading.delete(name));
    reading.set(name, read);
    return read;
  };

  const runningHere = (name: string) => processors.find((processor) => processor.name === name);

  const positionOf = async (name: string): Promise<FeedPosition> =>
    runningHere(name)?.position() ?? (await sharedCheckpoint(name)).position;

  const lettersOf = async (name: string, { generation }: Checkpoint): Promise<readonly DeadLetter[]> => {
    const letters = await loadDeadLetters(db, name, generation);
    return letters.map(({ generation: _kept, ...letter }) => letter);
  };

  const statusOf = async (processor: Processor, head: FeedPosition): Promise<ProcessorStatus> => {
    const { name, kind } = processor;
    const checkpoint = await checkpointOf(name);
    const [holder, letters] = await Promise.all([leases.holder(name), lettersOf(name, checkpoint)]);
    const position = processor.position() ?? checkpoint.position;
    return {
      name,
      kind,
      position,
      lagEvents: lagBetween(head, position),
      lagSeconds: await ageBehind(position, head),
      holder,
      deadLetters: letters.length,
      error: processor.error(),
    };
  };

  /** Seconds since the oldest event was recorded that lies between `position` and `head`. */
  const ageBehind = async (position: FeedPosition, head: FeedPosition): Promise<number | undefined> => {
    const next = await Promise.all(
      head.map(async (at, log) => {
        const seen = position[log] ?? 0;
        return seen < at ? (await feed.read(log, seen, 1))[0] : undefined;
      }),
    );
    const recorded = next.filter((entry) => entry !== undefined).map(({ event }) => toMilliseconds(event.recordedAt));
    if (recorded.length === 0) return undefined;
    return Math.max(0, toMilliseconds(clock.now()) - Math.min(...recorded)) / 1_000;
  };

  const feederStatus = async (head: FeedPosition): Promise<ProcessorStatus> => {
    const { lagEvents, error } = feeder.health();
    const kind: ProcessorKind = "FEEDER";
    return {
      name: feeder.lease,
      kind,
      position: head,
      lagEvents,
      holder: await leases.holder(feeder.lease),
      deadLetters: 0,
      error,
    };
  };

  const toFeedPosition = async (position: StreamPosition | FeedPosition): Promise<FeedPosition | undefined> =>
    isVector(position) ? position : feed.resolve(position.streamId, position.version);

  return {
    list: async () => {
      const head = await feed.head();
      return Promise.all([feederStatus(head), ...processors.map((processor) => statusOf(processor, head))]);
    },
    deadLetters: async (processor) => {
      const names = processors.map(({ name }) => name).filter((name) => processor === undefined || name === processor);
      const letters = await Promise.all(names.map(async (name) => lettersOf(name, await checkpointOf(name))));
      return letters.flat().toSorted((one, other) => one.parkedAt.localeCompare(other.parkedAt));
    },
    request: async (name, streamId, what, expectedVersion): Promise<DeadLetter> => {
      const letter = await requestDeadLetter(db, name, streamId, what, expectedVersion);
      runningHere(name)?.ring();
      return letter;
    },
    waitFor: async (projection, position, field) => {
      const deadline = performance.now() + waitMilliseconds;
      let wait: number = lookEvery.first;
      let wanted: FeedPosition | undefined;
      for (;;) {
        wanted ??= await toFeedPosition(position);
        if (wanted !== undefined && covers(await positionOf(projection), wanted)) return;
        if (performance.now() >= deadline) {
          throw new UnavailableError(`the view has not come as far as \`${field}\`; try again`, [field]);
        }
        await sleep(Math.min(wait, Math.max(1, deadline - performance.now())));
        if (runningHere(projection)?.position() === undefined)
          wait = Math.min(wait * lookEvery.grow, lookEvery.longest);
      }
    },
    positionOf,
  };
}

function isVector(position: StreamPosition | FeedPosition): position is FeedPosition {
  return Array.isArray(position);
}

function lagBetween(head: FeedPosition, position: FeedPosition): number {
  return head.reduce((total, at, log) => total + Math.max(0, at - (position[log] ?? 0)), 0);
}
