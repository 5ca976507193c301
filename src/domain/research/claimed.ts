/** What a claim gives: the requests that a worker has now, and for a repeat those that it has still. */
import type { StreamPosition } from "../kernel/eventStore.js";
import type { Request } from "../kernel/request.js";
import { parseStreamName } from "../kernel/streamName.js";
import { requestCategory } from "./events.js";
import { claimRank } from "./keys.js";
import { isSameActor } from "./leased.js";
import type { ResearchReadModel } from "./readModel.js";
import type { Claimed } from "./service.js";
import type { LiveRequest } from "./state.js";

/** Best rank first. */
export function toAllClaimed(lives: readonly (LiveRequest | undefined)[]): readonly Claimed[] {
  return lives.flatMap(toClaimed).sort((one, other) => claimRank(one.request) - claimRank(other.request));
}

/** Those of an earlier call that the caller still has under the tokens of that call. */
export async function stillClaimed(
  readModel: Pick<ResearchReadModel, "getRequests" | "getRuns">,
  positions: readonly StreamPosition[],
  { actor }: Request,
): Promise<readonly Claimed[]> {
  const claims = positions.flatMap(({ streamId, version }) => {
    const { category, id } = parseStreamName(streamId);
    return category === requestCategory ? [{ requestId: id, version }] : [];
  });
  const requestIds = claims.map(({ requestId }) => requestId);
  const [requests, runs] = await Promise.all([readModel.getRequests(requestIds), readModel.getRuns(requestIds)]);
  const still = claims.flatMap(({ version }, index) => {
    const [request, run] = [requests[index], runs[index]];
    if (request === undefined || run?.lease?.leaseToken !== version) return [];
    return isSameActor(run.lease.claimedBy, actor) ? [{ request, run }] : [];
  });
  return toAllClaimed(still);
}

function toClaimed(live: LiveRequest | undefined): readonly Claimed[] {
  const lease = live?.run.lease;
  if (live === undefined || lease === undefined) return [];
  const { leaseToken, until, leaseSeconds, attempt } = lease;
  const { checkpoint, parts } = live.run;
  return [{ request: live.request, leaseToken, leaseUntil: until, leaseSeconds, attempt, checkpoint, parts }];
}
