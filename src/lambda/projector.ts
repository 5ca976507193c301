/** Stream of the feed: lets the async views go on to the head of the feed. */
import { randomUUID } from "node:crypto";
import { systemClock } from "../server/clock.js";
import { asyncViews } from "../server/processors.js";
import { createBackoff } from "../store/dynamodb/retry.js";
import { createCatchUp } from "../store/processing/catchUp.js";
import { createLeases } from "../store/processing/leases.js";
import { createProjector } from "../store/processing/projector.js";
import { createConsumer } from "./consumer.js";
import type { ConsumerHandler } from "./consumer.js";
import { once } from "./environment.js";
import { openFeed } from "./feedParts.js";
import type { FeedFunctionOptions } from "./feedParts.js";

/** The handler. It throws where it cannot begin: then the batch comes again. */
export function createProjectorFunction(options: FeedFunctionOptions): { readonly handler: ConsumerHandler } {
  const opened = once(() => openProjector(options));
  return {
    handler: createConsumer(async (signal) => {
      const { catchUp, logger } = await opened();
      return { caughtUp: await catchUp({ signal, look: "news" }), logger };
    }),
  };
}

async function openProjector(options: FeedFunctionOptions) {
  const { config, logger, db, ...parts } = await openFeed(options);
  const leases = createLeases({
    db,
    owner: `projector:${randomUUID().slice(0, 8)}`,
    milliseconds: config.leaseMilliseconds,
    takeOver: false,
    log: logger,
  });
  const catchUp = createCatchUp({
    ...parts,
    db,
    leases,
    handlers: asyncViews.map((view) => createProjector({ db, view })),
    clock: systemClock,
    log: logger,
    backoff: createBackoff({ baseMilliseconds: 50, capMilliseconds: 5_000 }),
  });
  return { catchUp, logger };
}

export const { handler } = createProjectorFunction({ environment: process.env });
