/** `opsledger replay`: hands a processor everything again from a position on. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createCursorCodec } from "../../resolvers/index.js";
import { codec, systemClock } from "../../server/ledger.js";
import { asyncViews } from "../../server/processors.js";
import { beginningOf } from "../../domain/kernel/index.js";
import type { FeedPosition } from "../../domain/kernel/index.js";
import { createDynamoDbChangeFeed } from "../../store/feed/changeFeed.js";
import { loadCheckpoint } from "../../store/processing/checkpoint.js";
import { replayFrom } from "../../store/processing/replay.js";
import { feedLogsOf } from "../../store/proofs/verify.js";
import { connectToStore } from "../storeConnection.js";
import type { StoreConnection } from "../storeConnection.js";

export interface ReplayOptions {
  /** `beginning`, or a position of the whole feed, such as the cursor of an event. */
  readonly from: string;
}

/** @throws Error where there is no such processor, where it keeps a view that folds, or where the position is none. */
export async function replay(processor: string, { from }: ReplayOptions): Promise<void> {
  const connection = await connectToStore(process.env);
  try {
    const { db } = connection;
    const view = asyncViews.find(({ projection }) => projection.name === processor);
    if (view?.rows === "folds") {
      throw new Error(`${processor} would count its events twice; use: opsledger rebuild ${processor}`);
    }
    if ((await loadCheckpoint(db, processor)) === undefined) throw new Error(`there is no processor ${processor}`);
    const feed = createDynamoDbChangeFeed({ db, codec, logs: await feedLogsOf(db) });
    const position = from === "beginning" ? beginningOf(feed.logs) : await decode(connection, from);
    await replayFrom({ db, feed, clock: systemClock }, processor, position);
    console.log(`${processor} goes on from there within seconds, where a server runs; else when one starts.`);
  } finally {
    await connection.close();
  }
}

async function decode({ config }: StoreConnection, cursor: string): Promise<FeedPosition> {
  const secret = config.cursorSecret ?? (await readFile(join(config.dataDir, "cursor-secret"), "utf8"));
  const position = createCursorCodec(secret, config.cursorSecretPrevious).decodePosition(cursor, "--from");
  if (position.kind !== "feed")
    throw new Error("--from: must be a position of the feed, such as the cursor of an event");
  return position.feed;
}
