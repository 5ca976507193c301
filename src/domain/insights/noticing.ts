/**
 * Telling people of insights: that one was raised, and that it is resolved. What was started is recorded before anything is sent,
 * so that a message whose sending could not be recorded is looked for before it is sent again.
 */
import type { CommandHandler } from "../kernel/commandHandler.js";
import { UnavailableError, VersionConflictError } from "../kernel/errors.js";
import { NotifierRefusedError } from "../kernel/notifier.js";
import type { Notifier } from "../kernel/notifier.js";
import { present } from "../kernel/present.js";
import { toMetadata } from "../kernel/request.js";
import type { Request } from "../kernel/request.js";
import {
  attemptToSend,
  awaitTurn,
  createPlaces,
  endOfAttempt,
  findSent,
  retrySendAt,
  toFailureRecord,
  toSentRecord,
} from "../kernel/sending.js";
import { toStreamName } from "../kernel/streamName.js";
import type { Clock, Instant } from "../kernel/time.js";
import { toInstant, toMilliseconds } from "../kernel/time.js";
import type { InsightCommand, InsightsCommand } from "./commands.js";
import { insightCategory } from "./events.js";
import { deterministicExplainer } from "./explanation.js";
import { isOpen } from "./insight.js";
import type { InsightMessage } from "./ports.js";
import type { InsightsReadModel } from "./readModel.js";
import type { Again, InsightsWorkflow } from "./service.js";
import type { Insight, InsightsState, Notice } from "./state.js";
import type { NoticeKind } from "./values.js";

export interface NoticingDeps {
  readonly commands: Pick<CommandHandler<InsightsState, InsightsCommand>, "handle">;
  readonly readModel: Pick<InsightsReadModel, "getInsights">;
  /** Of rules that name a channel. */
  readonly notifier: Notifier<InsightMessage>;
  /** Of rules that name none. */
  readonly fallback: Notifier<InsightMessage>;
  /** Where a person can look at an insight. */
  readonly insightUrl: (alertId: string) => string | undefined;
  /** So long people wait for a model to say what an insight means. @default 0, where none does */
  readonly wordsSeconds?: number | undefined;
  readonly clock: Clock;
}

export type Noticing = Pick<InsightsWorkflow, "notify">;

/** What is to be done next. */
export type NoticeStep =
  | { readonly kind: "NOTHING" }
  /** Ask again then. */
  | { readonly kind: "WAIT"; readonly until: Instant }
  | { readonly kind: "SEND"; readonly notice: NoticeKind }
  /** It is over, and it is not known whether people were told that it was raised. */
  | { readonly kind: "FIND" };

/** What is to be done where all is known. */
type TellStep = Exclude<NoticeStep, { readonly kind: "FIND" }>;

/** From this risk on a message stands in the line of urgent ones. */
const urgentRisk = 80;

const done: Again = {};

export function createNoticing(deps: NoticingDeps): Noticing {
  const { commands, readModel, clock } = deps;
  const places = createPlaces(deps);

  const record = (alertId: string, command: InsightCommand, request: Request, expectedVersion?: number) =>
    commands.handle(
      [{ streamId: toStreamName(insightCategory, alertId), command, expectedVersion }],
      toMetadata(request),
    );

  /** Throws a VersionConflictError where the insight has moved on since it was read. */
  const send = async (insight: Insight, kind: NoticeKind, request: Request, signal: AbortSignal): Promise<Again> => {
    const { alertId } = insight;
    const place = places.placeFor(insight.notify?.channel);
    const key = keyOf(insight, kind);
    const since = beganAt(insight, kind);
    const urgent = insight.peakRiskScore >= urgentRisk;
    const turnAt = awaitTurn(place, { key, urgent, since }, clock.now());
    if (turnAt !== undefined) return { again: turnAt };
    const start = present({
      type: "StartNotice",
      kind,
      notifier: place.notifier.name,
      channel: place.channel,
    } as const);
    // Only one that saw this version goes on: of two at once the other finds the attempt under way.
    const { states } = await record(alertId, start, request, insight.version);
    const attempt = attemptsIn(states[0], kind);
    const sent = await attemptToSend<InsightMessage>(
      places,
      {
        key,
        place,
        doubts: noticeOf(insight, kind) ?? {},
        mayBeThereTwice: false,
        messageTo: (channel) => ({
          kind: "insight",
          notice: kind,
          key,
          channel,
          insight,
          insightUrl: deps.insightUrl(alertId),
        }),
      },
      signal,
    );
    const retryAt = (wish: number | undefined) => retrySendAt({ since, attempts: attempt }, clock.now(), wish);
    const outcome: InsightCommand =
      "failure" in sent
        ? { type: "RecordNoticeFailure", kind, attempt, ...toFailureRecord(sent, attempt, retryAt) }
        : { type: "RecordNotice", kind, attempt, ...toSentRecord(sent) };
    await record(alertId, outcome, request);
    return done;
  };

  /** Whether an attempt that was cut off had told people. UNKNOWN: where it may have done so, nobody can look. */
  const find = async (insight: Insight, request: Request, signal: AbortSignal): Promise<"YES" | "NO" | "UNKNOWN"> => {
    const doubts = noticeOf(insight, "RAISED");
    if (doubts === undefined) return "NO";
    try {
      const asked = { key: keyOf(insight, "RAISED"), doubts, mayBeThereTwice: false };
      const sent = await findSent<InsightMessage>(places, asked, signal);
      if (sent === undefined) return canLookFor(doubts) ? "NO" : "UNKNOWN";
      const command = {
        type: "RecordNotice",
        kind: "RAISED",
        attempt: doubts.attempts,
        ...toSentRecord(sent),
      } as const;
      await record(insight.alertId, command, request);
      return "YES";
    } catch (error) {
      if (error instanceof NotifierRefusedError) return "UNKNOWN";
      throw error;
    }
  };

  const canLookFor = ({ inDoubt = [] }: Notice): boolean =>
    inDoubt.every(({ notifier }) => {
      const known = places.named(notifier);
      return known !== undefined && known.isForgetful !== true;
    });

  /** Undefined: the insight has moved on, and must be looked at again. */
  const step = async (alertId: string, request: Request, signal: AbortSignal): Promise<Again | undefined> => {
    const [insight] = await readModel.getInsights([alertId]);
    if (insight === undefined) return done;
    const next = nextNoticeStep(insight, clock.now(), deps.wordsSeconds);
    if (next.kind !== "FIND") return take(insight, next, request, signal);
    const wasTold = await find(insight, request, signal);
    if (wasTold === "YES") return undefined;
    // Who was told of it must be told of its end; who was not can do without, and is not harmed.
    return wasTold === "NO" ? done : take(insight, endStep(insight, clock.now()), request, signal);
  };

  const take = async (
    insight: Insight,
    next: TellStep,
    request: Request,
    signal: AbortSignal,
  ): Promise<Again | undefined> => {
    switch (next.kind) {
      case "NOTHING":
        return done;
      case "WAIT":
        return { again: next.until };
      case "SEND":
        try {
          const { again } = await send(insight, next.notice, request, signal);
          // There may be more to tell by now.
          return again === undefined ? undefined : { again };
        } catch (error) {
          if (error instanceof VersionConflictError) return undefined;
          throw error;
        }
    }
  };

  return {
    async notify(alertId, request, signal) {
      for (;;) {
        signal.throwIfAborted();
        const outcome = await step(alertId, request, signal);
        if (outcome !== undefined) return outcome;
      }
    },
  };
}

/**
 * People are told once that an insight was raised, unless it is over before, and once that it is resolved, where they were told of
 * it, or may have been and nobody can look. While it is snoozed they are left alone.
 */
export function nextNoticeStep(insight: Insight, now: Instant, wordsSeconds = 0): NoticeStep {
  if (insight.notify === undefined) return { kind: "NOTHING" };
  const raised = noticeOf(insight, "RAISED");
  if (raised?.sentAt !== undefined) return endStep(insight, now);
  if (isOpen(insight))
    return sendFrom(insight, "RAISED", later(insight.snoozedUntil, wordsAt(insight, wordsSeconds)), now);
  const until = endOfAttempt(raised?.underWaySince);
  if (until !== undefined && until > now) return { kind: "WAIT", until };
  return { kind: raised?.startedAt === undefined ? "NOTHING" : "FIND" };
}

/** Of one that is not resolved there is no end to tell. */
function endStep(insight: Insight, now: Instant): TellStep {
  return insight.status === "RESOLVED" ? sendFrom(insight, "RESOLVED", insight.snoozedUntil, now) : { kind: "NOTHING" };
}

function sendFrom(insight: Insight, kind: NoticeKind, notBefore: Instant | undefined, now: Instant): TellStep {
  const notice = noticeOf(insight, kind);
  if (notice?.sentAt !== undefined || notice?.givenUp === true) return { kind: "NOTHING" };
  const until = [notBefore, notice?.retryAt, endOfAttempt(notice?.underWaySince)].reduce(later, undefined);
  return until !== undefined && until > now ? { kind: "WAIT", until } : { kind: "SEND", notice: kind };
}

/** Until then a model may still put it into words; undefined where one has, or none does. */
function wordsAt({ raisedAt, origin }: Insight, seconds: number): Instant | undefined {
  const isInRulesWords = origin.modelUsed === deterministicExplainer.modelUsed;
  return isInRulesWords && seconds > 0 ? toInstant(toMilliseconds(raisedAt) + seconds * 1_000) : undefined;
}

function later(one: Instant | undefined, other: Instant | undefined): Instant | undefined {
  return one === undefined || (other !== undefined && other > one) ? other : one;
}

/** From when patience is counted. */
function beganAt({ raisedAt, snoozedUntil, resolved }: Insight, kind: NoticeKind): Instant {
  return later(kind === "RESOLVED" ? resolved?.at : raisedAt, snoozedUntil) ?? raisedAt;
}

function noticeOf({ notices }: Insight, kind: NoticeKind): Notice | undefined {
  return notices.find((notice) => notice.kind === kind);
}

/** One message for each notice: an insight of this id may be in another ledger, its instant is not. */
function keyOf({ alertId, raisedAt }: Insight, kind: NoticeKind): string {
  return `${alertId}#${kind}@${raisedAt}`;
}

function attemptsIn(state: InsightsState | undefined, kind: NoticeKind): number {
  const notice = state?.kind === "insight" && state.insight !== undefined ? noticeOf(state.insight, kind) : undefined;
  if (notice === undefined) throw new UnavailableError("the outcome of the attempt's start is not known");
  return notice.attempts;
}
