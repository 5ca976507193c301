/** `why(eventId)`: what led to an event, and what it led to. */
import { setTimeout as wait } from "node:timers/promises";
import { Arg, Authorized, Ctx, ID, Query, Resolver } from "type-graphql";
import { eventIndexProjection } from "../../domain/kernel/eventIndex.js";
import type { EventIndexRow } from "../../domain/kernel/eventIndex.js";
import { invalid } from "../../domain/kernel/errors.js";
import { readUuid } from "../../domain/kernel/text.js";
import { WhyAnswer, tracedAtMost } from "../../schema/ledger/why.type.js";
import type { TracedEvent } from "../../schema/ledger/why.type.js";
import type { GraphQLContext } from "../context.js";
import { readEvent } from "./readEvent.js";
import { toRecordedEventView } from "./recordedEventView.js";
import { traceEvent } from "./trace.js";
import type { Traced } from "./trace.js";

@Resolver()
export class WhyQueries {
  @Authorized("OPERATOR")
  @Query(() => WhyAnswer, {
    nullable: true,
    complexity: 50,
    description:
      "Why an event happened, and what came of it, over all streams; null where there is no such event. What was caused within the last moments may be missing.",
  })
  async why(
    @Ctx() context: GraphQLContext,
    @Arg("eventId", () => ID, { description: "The `eventId` of a timeline entry, or of an event of `events`." })
    eventId: string,
  ): Promise<WhyAnswer | undefined> {
    const id = readUuid(eventId);
    if (id === undefined) throw invalid("eventId", "must be the id of an event");
    const row = await findEvent(context, id);
    if (row === undefined) return undefined;
    const [event, trace] = await Promise.all([
      readEvent(context.eventStore, row),
      traceEvent(context.eventIndex, row, tracedAtMost),
    ]);
    if (event === undefined) throw new Error(`event ${id} is in the index and not in the log`);
    return {
      event: toRecordedEventView(context.cursors, event),
      causes: trace.causes.map(toTracedView),
      effects: trace.effects.map(toTracedView),
      commandId: event.commandId,
      correlationId: event.correlationId,
      request: trace.request.map(toTracedView),
      complete: trace.complete,
    };
  }
}

/** Milliseconds between looks at the index: an event reaches the feed, and then the index, within moments. */
const looks = [0, 50, 150, 300] as const;

/** Waits (bounded) where the index does not know the event: it may have been recorded a moment ago. */
async function findEvent(
  { eventIndex, control, feed }: GraphQLContext,
  eventId: string,
): Promise<EventIndexRow | undefined> {
  const found = await eventIndex.find(eventId);
  if (found !== undefined) return found;
  for (const milliseconds of looks) {
    // One after the other: each look is later than the one before it.
    await wait(milliseconds);
    await control.waitFor(eventIndexProjection.name, await feed.head(), "eventId");
    const row = await eventIndex.find(eventId);
    if (row !== undefined) return row;
  }
  return undefined;
}

function toTracedView({ row, depth }: Traced): TracedEvent {
  const { eventId, type, streamId, version, recordedAt, causationId } = row;
  return {
    eventId,
    type,
    streamId,
    version,
    recordedAt,
    depth,
    ...(causationId === undefined ? {} : { causationId }),
  };
}
