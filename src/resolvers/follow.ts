/** Live subscriptions over many streams: which entries of the feed they are told of, by the tags of commits. */
import type { FeedEntry, LiveEntry } from "../domain/kernel/feed.js";
import { parseStreamName } from "../domain/kernel/streamName.js";
import type { GraphQLContext } from "./context.js";
import { feedPositionAfter } from "./positions.js";

/** The argument of that name: what {@link followTagged} takes as `after`. */
export const afterArgument = {
  nullable: true,
  description:
    "First everything behind this `position`, of any mutation or message; without it, only what comes from now on.",
} as const;

/** Groups of tags: of every group there must be one. */
export type TagGroups = readonly (readonly string[])[];

export function matchesTags(tags: readonly string[], groups: TagGroups): boolean {
  return groups.every((group) => group.some((tag) => tags.includes(tag)));
}

/** Which streams are followed. */
export interface Followed {
  readonly category: string;
  /** What a stream's tags must match, before the event or behind it. */
  readonly groups: TagGroups;
  /** These streams only. @default all of the category */
  readonly streamIds?: ReadonlySet<string> | undefined;
  /** Whether an entry is wanted, by what its event says; asked only of entries that are followed by all else. @default all */
  readonly matches?: ((entry: FeedEntry) => boolean) | undefined;
}

/** Whether an entry is one of a followed stream. */
function isFollowed(entry: FeedEntry, { category, groups, streamIds, matches }: Followed): boolean {
  const { event, tags } = entry;
  return (
    parseStreamName(event.streamId).category === category &&
    (streamIds === undefined || streamIds.has(event.streamId)) &&
    (matchesTags(tags.before, groups) || matchesTags(tags.after, groups)) &&
    (matches === undefined || matches(entry))
  );
}

/**
 * Follows: what was missed since the position in the argument `after`, then what happens; without it only what happens from
 * now on. Ends with the subscription. Throws what {@link feedPositionAfter} throws.
 */
export async function followTagged(
  context: GraphQLContext,
  { after, ...followed }: Followed & { readonly after: string | null | undefined },
): Promise<AsyncIterableIterator<LiveEntry>> {
  return context.live.follow({
    after: after == null ? undefined : await feedPositionAfter(context, after),
    matches: (entry) => isFollowed(entry, followed),
    signal: new AbortController().signal,
  });
}
