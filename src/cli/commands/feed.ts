/** `opsledger feed`: feeds from the log what the change feed lacks, after a record went to the feeder's on-failure queue. */
import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { passingNewerOn } from "../../domain/kernel/index.js";
import { codec, systemClock } from "../../server/ledger.js";
import { createDynamoDbEventStore } from "../../store/dynamodb/eventStore.js";
import { createDynamoDbChangeFeed } from "../../store/feed/changeFeed.js";
import { feedFromLog } from "../../store/feed/feedFromLog.js";
import type { FedFromLog, FedStream } from "../../store/feed/feedFromLog.js";
import { feederLease } from "../../store/feed/feeder.js";
import { requireFeedLayout } from "../../store/feed/feedLayout.js";
import { createLeases } from "../../store/processing/leases.js";
import { exclusively } from "../../store/proofs/exclusively.js";
import { requireNoImport } from "../../store/proofs/importMarker.js";
import { interruptible } from "../progress.js";
import { connectToStore } from "../storeConnection.js";
import { counted } from "../text.js";

export interface FeedCommandOptions {
  /** Only this stream. */
  readonly stream?: string;
  /** The whole log. */
  readonly all?: true;
}

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
const asStored = passingNewerOn(codec);

/** Prints a line for each stream of which it fed something. @throws Error where a stream could not be fed, or a server feeds. */
export async function feed({ stream, all }: FeedCommandOptions): Promise<void> {
  if ((stream === undefined) === (all === undefined)) throw new Error("say which stream (--stream <id>), or --all");
  const connection = await connectToStore(process.env);
  const { db, config } = connection;
  try {
    await requireNoImport(db);
    await requireFeedLayout(db, config.feedLogs);
    const leases = createLeases({
      ...{ db, log: silent, takeOver: false },
      owner: `feed:${hostname()}:${process.pid}:${randomUUID().slice(0, 8)}`,
      milliseconds: config.leaseMilliseconds,
    });
    const changeFeed = createDynamoDbChangeFeed({ db, codec: asStored, logs: config.feedLogs });
    const eventStore = createDynamoDbEventStore({ db, codec: asStored, clock: systemClock, views: {} });
    const deps = { db, feed: changeFeed, eventStore, clock: systemClock };
    const onFed = ({ streamId, first, last }: FedStream) => console.log(`${streamId}  fed ${versions(first, last)}`);
    const done = await interruptible("what was fed is fed; go on with the same command", (signal) =>
      exclusively(
        leases,
        feederLease,
        (held, lease) => feedFromLog(deps, lease, { streamId: stream, onFed, signal: held }),
        {
          // A server that was killed leaves its name behind; one that runs keeps its lease for as long as it is asked for.
          patience: config.leaseMilliseconds * 1.25,
          signal,
          refusal: (holder = "unknown") =>
            new Error(`A server feeds this ledger (${holder}): it feeds what is missing when it starts.`),
        },
      ),
    );
    report(done, stream);
  } finally {
    await connection.close();
  }
}

function report({ commits, heldUp }: FedFromLog, stream: string | undefined): void {
  if (stream !== undefined && commits === 0) throw new Error(`the log has no stream ${stream}`);
  console.log(`${counted(commits, "commit")} compared with the feed.`);
  if (heldUp.length === 0) return;
  const lines = heldUp.map(({ streamId, version, error }) => `  ${streamId} at version ${version}: ${error}`);
  throw new Error(["Streams that cannot be fed:", ...lines].join("\n"));
}

function versions(first: number, last: number): string {
  return first === last ? `version ${first}` : `versions ${first} to ${last}`;
}
