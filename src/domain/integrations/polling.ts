/** One poll of one session: claimed, asked, delivered, and recorded where there is something to record. */
import type { JsonObject } from "../kernel/json.js";
import { createAbort } from "../kernel/aborting.js";
import type { Request } from "../kernel/request.js";
import { canonicalJson } from "../kernel/hashChain.js";
import { addDays, addSeconds, toMilliseconds } from "../kernel/time.js";
import type { Instant } from "../kernel/time.js";
import { latest, nextPollAt, rateLimitedUntil } from "./backoff.js";
import { getItems } from "./contents.js";
import type { Items } from "./contents.js";
import { createDelivering } from "./delivering.js";
import type { Recipient } from "./delivering.js";
import { readParts, requireState } from "./fetching.js";
import { createKnownSessions } from "./knownSessions.js";
import { createLeaseKeeper, leaseSeconds } from "./leaseKeeper.js";
import type { LeaseKeeper } from "./leaseKeeper.js";
import { PollFailure, PollOver } from "./pollFailure.js";
import type { IntegrationService, PollLease } from "./ports.js";
import { createRecorder } from "./recording.js";
import type { Recorder } from "./recording.js";
import { createReleasing } from "./releasing.js";
import type { PollResult, Polling } from "./service.js";
import type { PollingDeps } from "./serviceDeps.js";
import type { IntegrationSession, PendingPush } from "./state.js";
import { isActive } from "./values.js";

/** Who polls, in the log. */
const poller = { kind: "SYSTEM", id: "integration-poller" } as const;
/** A claim holds until the next poll where that is no further away: then a quiet poll writes nothing else. */
const holdsMs = 120_000;
/** The interval, and a tenth of it at most. */
const longest = 1.1;
/** How long a poll goes on with further pages; the others are for the next, at once. */
const pollMs = 120_000;
/** The seed's row shows quiet polls once in so long (defect B4). */
const showMs = 60_000;
const contentLost = "What was pushed is not in the object store as it was put there (content_lost)";

/** One poll while it goes on. */
interface Run {
  readonly lease: PollLease;
  /** When it was claimed. */
  readonly at: Instant;
  readonly recorder: Recorder;
  readonly keeper: LeaseKeeper;
  readonly to: Recipient;
  readonly signal: AbortSignal;
  /** Items that were delivered, and whose place the cursor is behind. */
  items: number;
}

type Outcome = PollResult["outcome"];

export function createPolling(given: PollingDeps): Polling {
  const deps = { ...given, commands: createReleasing(given.commands, given) };
  const { readModel, schedule, services, objects, digest, clock, ids, random } = deps;
  const delivering = createDelivering(deps);
  const known = createKnownSessions();

  /** As the claim has met it; undefined where an event has changed it since. */
  const sessionOf = async ({ sessionId, version }: PollLease): Promise<IntegrationSession | undefined> => {
    const kept = known.get(sessionId)?.session;
    const session = kept?.version === version ? kept : (await readModel.getSessions([sessionId]))[0];
    if (session?.version !== version || !isActive(session.status)) return undefined;
    known.remember(session);
    return session;
  };

  const nextAfter = (at: Instant, intervalMs: number) => nextPollAt({ at, intervalMs, jitter: random() });

  /** Whether a claim holds until the next poll. */
  const holdsOn = (intervalMs: number) => intervalMs > 0 && intervalMs * longest <= holdsMs;

  const show = async ({ at, recorder: { session } }: Run): Promise<void> => {
    const { shownAt } = known.get(session.sessionId) ?? {};
    if (shownAt !== undefined && toMilliseconds(at) - toMilliseconds(shownAt) < showMs) return;
    await schedule.showPolled(session, at);
    known.remember(session, at);
  };

  /** Whether a poll that brought nothing is worth an event (defect B4). */
  const isWorthSaying = (
    { recorder: { session }, at }: Run,
    service: IntegrationService,
    [before, state]: readonly [JsonObject, JsonObject],
  ): boolean => {
    const { errorCount, rateLimited, resync, status, updatedAt } = session;
    if (errorCount > 0 || rateLimited || resync !== undefined || status === "BACKING_OFF") return true;
    if (!service.hasCursor(before) && service.hasCursor(state)) return true;
    if (at >= addDays(updatedAt, 1)) return true;
    return at >= addSeconds(updatedAt, 3_600) && canonicalJson(state) !== canonicalJson(before);
  };

  const endQuietly = async (run: Run): Promise<Outcome> => {
    const { keeper, lease, at } = run;
    const isScheduled = keeper.isAsClaimed() && holdsOn(lease.pollingIntervalMs);
    if (!isScheduled) await keeper.release(latest(nextAfter(at, lease.pollingIntervalMs), clock.now()));
    await show(run);
    return "QUIET";
  };

  /** Goes on behind a part that was recorded. False where the rest is for the next poll, at once. */
  const goesOn = async ({ keeper, recorder, at }: Run): Promise<boolean> => {
    await keeper.adopt(recorder.session);
    if (toMilliseconds(clock.now()) - toMilliseconds(at) < pollMs) return true;
    await keeper.release(clock.now());
    return false;
  };

  const askService = async (run: Run, service: IntegrationService): Promise<Outcome> => {
    const { recorder, to, signal } = run;
    const state = requireState(service, recorder.session);
    for await (const part of readParts({ service, session: recorder.session, state, signal }, deps)) {
      const isQuiet = part.items.length === 0 && !isWorthSaying(run, service, [state, part.state]);
      if (isQuiet) return endQuietly(run);
      await delivering.deliver(to, part.items);
      await recorder.polled(part);
      run.items += part.items.length;
      if (part.more && !(await goesOn(run))) break;
    }
    return run.items > 0 ? "ITEMS" : "QUIET";
  };

  /** Undefined where it is lost. */
  const readPush = ({ content }: PendingPush): Promise<Items | undefined> =>
    getItems({ objects, digest }, content).catch((error: unknown) => {
      const message = "The object store did not give what was pushed";
      throw new PollFailure("TRANSIENT", { code: "object_store", message }, { cause: error });
    });

  /** What a service has pushed, in order. */
  const emptyInbox = async (run: Run): Promise<Outcome> => {
    const { recorder, to } = run;
    if (recorder.session.inbox.length === 0) return "LOST";
    for (;;) {
      const [next, ...others] = recorder.session.inbox;
      if (next === undefined) break;
      const items = (await readPush(next)) ?? [];
      // It would keep all later ones from being delivered.
      if (items.length === 0) await recorder.lostPush(next, contentLost);
      await delivering.deliver(to, items);
      const more = others.length > 0;
      await recorder.polled({ items, state: recorder.session.serviceState, more, throughPush: next.push });
      run.items += items.length;
      if (recorder.session.inbox.length > 0 && !(await goesOn(run))) break;
    }
    return run.items > 0 ? "ITEMS" : "QUIET";
  };

  /** The first in a row is recorded; behind it the session only waits. */
  const endRateLimited = async (run: Run, failure: PollFailure): Promise<Outcome> => {
    const { recorder, keeper, lease } = run;
    if (!recorder.session.rateLimited) await recorder.rateLimited(failure);
    else {
      const { retryAfterMs } = failure.why;
      const now = clock.now();
      const wait = { now, intervalMs: lease.pollingIntervalMs, retryAfterMs, jitter: random() };
      await keeper.release(rateLimitedUntil(wait));
      await show(run);
    }
    return "RATE_LIMITED";
  };

  /** What is there is read anew; of a service that forgets that again, the decision makes a failure. */
  const endExpired = async ({ recorder }: Run, service: IntegrationService, failure: PollFailure): Promise<Outcome> => {
    const { errorCount, serviceState } = recorder.session;
    await recorder.resync(failure, service.withoutCursor(serviceState));
    return recorder.session.errorCount > errorCount ? "FAILED" : "RESYNC";
  };

  const endFailed = async (run: Run, failure: PollFailure): Promise<Outcome> => {
    const service = services.get(run.lease.serviceType);
    if (failure.failureClass === "RATE") return endRateLimited(run, failure);
    if (failure.failureClass === "CURSOR_EXPIRED" && service !== undefined) return endExpired(run, service, failure);
    await run.recorder.failed(failure);
    return "FAILED";
  };

  const requireService = (type: string): IntegrationService => {
    const service = services.get(type);
    if (service !== undefined) return service;
    throw new PollFailure("PERMANENT", { code: "unknown_service", message: `There is no service ${type} (any more)` });
  };

  const attempt = async (run: Run): Promise<Outcome> => {
    try {
      const service = requireService(run.lease.serviceType);
      return await (service.mode === "PUSH" ? emptyInbox(run) : askService(run, service));
    } catch (error) {
      if (!(error instanceof PollFailure) || run.signal.aborted) throw error;
      return endFailed(run, error);
    }
  };

  return {
    claim: (due) => {
      const now = clock.now();
      const { pollingIntervalMs: interval } = due;
      const until = holdsOn(interval) ? nextAfter(now, interval) : addSeconds(now, leaseSeconds);
      return schedule.claim(due, { now, until });
    },

    async poll(lease, outer) {
      const session = await sessionOf(lease);
      if (session === undefined) return { outcome: "LOST", items: 0 };
      const abort = createAbort(outer);
      const onLost = () => abort.abort(new PollOver("the lease is lost"));
      const keeper = createLeaseKeeper({ ...deps, lease, onLost });
      const request: Request = { actor: poller, scope: "all", correlationId: ids.next() };
      // As the schedule has it: an event meanwhile that takes the quiet polls along has counted this one.
      const at = lease.claimedAt;
      const recorder = createRecorder({
        ...deps,
        ...{ session, at, request, keeper },
        polls: lease.polls,
        remember: (changed) => known.remember(changed),
      });
      const { signal } = abort;
      const to: Recipient = {
        get session() {
          return recorder.session;
        },
        request,
        signal,
        deadLetter: (item, reason) => recorder.deadLetter(item, reason),
      };
      const run: Run = { lease, at, recorder, keeper, to, signal, items: 0 };
      try {
        return { outcome: await attempt(run), items: run.items };
      } catch (error) {
        // Another server takes it up at once.
        if (outer.aborted) await keeper.release(clock.now());
        if (!outer.aborted && !signal.aborted && !(error instanceof PollOver)) throw error;
        return { outcome: "LOST", items: run.items };
      } finally {
        abort.end();
        await keeper.stop();
      }
    },
  };
}
