/**
 * Summaries by rules alone: no model, no network, the same text for the same events. It is what a batch gets where no model is
 * set up, and where a model fails.
 */
import { clipLine } from "../kernel/text.js";
import { toMilliseconds } from "../kernel/time.js";
import { collapse, groupBy, refOf, subjectOf } from "./collapse.js";
import { plainLine } from "./plainLine.js";
import type { DraftClaim, Summarizer, SummaryDraft, SummaryInput } from "./ports.js";
import type { ProjectEvent } from "./state.js";
import { summaryLimits } from "./summary.js";
import type { ProjectEventKind } from "./values.js";

/** The model of summaries that rules have written. */
export const deterministicModel = "deterministic-v1";

/** A review that was asked for so long before the batch was sealed, and has not come, is stale. */
export const staleReviewHours = 4;

/** Creates the summarizer. It never fails, and has room for all events. */
export function createDeterministicSummarizer(): Summarizer {
  return {
    modelUsed: deterministicModel,
    promptVersion: "rules-1",
    draft: async (input) => ({ draft: draftByRules(input), omitted: 0 }),
  };
}

/** The draft that the rules make of a batch. Pure; the order of its claims is that of weight, then of the events. */
export function draftByRules(input: SummaryInput): SummaryDraft {
  const achievements = achievementsOf(input.events);
  const blockers = blockersOf(input);
  return {
    headline: headlineOf(input, achievements, blockers),
    themes: themesOf(input.events),
    blockers: claimsOf(blockers),
    achievements: claimsOf(achievements),
  };
}

/** How a sort of finding is written: before its title, where the title does not say it, and counted in the headline. */
interface Wording {
  readonly label: string;
  /** A title that says it already. */
  readonly said: RegExp;
  readonly one: string;
  readonly many: string;
  /** What is told first; 90 and above is told before anything else. */
  readonly weight: number;
}

const achievementSorts = {
  RELEASE_PUBLISHED: {
    label: "Released",
    said: /\breleas|\bpublish/i,
    one: "release published",
    many: "releases published",
    weight: 80,
  },
  PULL_REQUEST_MERGED: {
    label: "Merged",
    said: /\bmerg/i,
    one: "pull request merged",
    many: "pull requests merged",
    weight: 75,
  },
  DEPLOYMENT_SUCCEEDED: {
    label: "Deployed",
    said: /\bdeploy/i,
    one: "deployment done",
    many: "deployments done",
    weight: 70,
  },
  ISSUE_CLOSED: { label: "Closed", said: /\bclos|\bresolv/i, one: "issue closed", many: "issues closed", weight: 55 },
  CARD_COMPLETED: {
    label: "Completed",
    said: /\bcomplet|\bdone\b|\bfinish|\bshipped\b/i,
    one: "card completed",
    many: "cards completed",
    weight: 50,
  },
} as const satisfies Partial<Record<ProjectEventKind, Wording>>;
type AchievementSort = keyof typeof achievementSorts;

const blockerSorts = {
  SECURITY: {
    label: "Security alert",
    said: /\bsecurity|\bvulnerab|\bsecret|\balert/i,
    one: "security alert",
    many: "security alerts",
    weight: 100,
  },
  DEPLOYMENT: {
    label: "Deployment failed",
    said: /\bdeploy.*\bfail|\bfail.*\bdeploy/i,
    one: "deployment failed",
    many: "deployments failed",
    weight: 95,
  },
  REVERTED: { label: "Reverted", said: /\brevert/i, one: "change reverted", many: "changes reverted", weight: 65 },
  CHECK: { label: "Check failing", said: /\bfail/i, one: "check failing", many: "checks failing", weight: 60 },
  BLOCKED: { label: "Blocked", said: /\bblocked\b/i, one: "item blocked", many: "items blocked", weight: 58 },
  CHANGES: {
    label: "Changes requested",
    said: /\bchanges? requested|\brequest(?:s|ed)? changes/i,
    one: "request for changes open",
    many: "requests for changes open",
    weight: 45,
  },
  REOPENED: { label: "Reopened", said: /\breopen/i, one: "item reopened", many: "items reopened", weight: 43 },
  OVERDUE: { label: "Overdue", said: /\boverdue\b/i, one: "card overdue", many: "cards overdue", weight: 42 },
  STALE_REVIEW: {
    label: "Waiting for review",
    said: /\bwaiting for\b.*\breview/i,
    one: "review outstanding",
    many: "reviews outstanding",
    weight: 40,
  },
} as const satisfies Record<string, Wording>;
type BlockerSort = keyof typeof blockerSorts;

/** Something worth telling, with the events that it rests on, oldest first. The last one gives the title. */
interface Finding {
  readonly wording: Wording;
  readonly events: readonly [ProjectEvent, ...ProjectEvent[]];
  /** How many events one line stands for. */
  readonly count: number;
}

/** One for each thing that was finished, and has not been taken up again. */
function achievementsOf(events: readonly ProjectEvent[]): Finding[] {
  return inOrder(
    collapse(events).flatMap((strand) => {
      const undone = strand.events.findLastIndex(isUndoing);
      const finished = strand.events.slice(undone + 1).filter(isAchievement);
      const [best] = finished.toReversed().sort((one, other) => weightOf(other) - weightOf(one));
      if (best === undefined || isRevert(best)) return [];
      const telling = [...finished.filter((event) => event !== best), ...strand.events.filter(isPush)];
      return [
        {
          wording: achievementSorts[best.kind],
          events: [best, ...telling] as const,
          count: strand.events.length,
        },
      ];
    }),
  );
}

type AchievementEvent = ProjectEvent & { readonly kind: AchievementSort };

function isAchievement(event: ProjectEvent): event is AchievementEvent {
  return Object.hasOwn(achievementSorts, event.kind);
}

const weightOf = ({ kind }: AchievementEvent) => achievementSorts[kind].weight;
const isPush = ({ kind }: ProjectEvent) => kind === "PUSH";
const isUndoing = ({ kind }: ProjectEvent) => reopening.has(kind);

/** What stands in the way, as the events are gone through in their order. */
interface Obstacle {
  readonly sort: BlockerSort;
  /** What must be the same for an event to do away with it. */
  readonly key: string;
  readonly subject: string;
  readonly events: readonly [ProjectEvent, ...ProjectEvent[]];
}

const reopening: ReadonlySet<ProjectEventKind> = new Set(["PULL_REQUEST_REOPENED", "ISSUE_REOPENED", "CARD_REOPENED"]);
const finishing: ReadonlySet<ProjectEventKind> = new Set([
  "PULL_REQUEST_MERGED",
  "PULL_REQUEST_CLOSED",
  "ISSUE_CLOSED",
  "CARD_COMPLETED",
]);
const reviewing: ReadonlySet<ProjectEventKind> = new Set([
  "REVIEW_APPROVED",
  "REVIEW_CHANGES_REQUESTED",
  "REVIEW_COMMENTED",
]);
/** Kinds whose labels are all that the thing has: one without `blocked` says that it is not blocked. */
const tellsLabels: ReadonlySet<ProjectEventKind> = new Set([
  "PULL_REQUEST_UPDATED",
  "ISSUE_UPDATED",
  "CARD_MOVED",
  "CARD_UPDATED",
]);

function blockersOf({ events, sealedAt }: SummaryInput): Finding[] {
  const obstacles = events.reduce<readonly Obstacle[]>(
    (open, event) => withEvent(open, event, toMilliseconds(sealedAt)),
    [],
  );
  return inOrder(
    obstacles.map(({ sort, events: own }) => ({ wording: blockerSorts[sort], events: own, count: own.length })),
  );
}

/** What stands in the way once `event` is known, too. */
function withEvent(open: readonly Obstacle[], event: ProjectEvent, sealedAt: number): readonly Obstacle[] {
  const left = open.filter((obstacle) => !removes(event, obstacle));
  const raised = raisedBy(event, sealedAt);
  if (raised === undefined) return left;
  const same = left.find(({ sort, key }) => sort === raised.sort && key === raised.key);
  if (same === undefined) return [...left, { ...raised, subject: subjectOf(event), events: [event] }];
  return left.map((each) => (each === same ? { ...same, events: [...same.events, event] } : each));
}

function raisedBy(event: ProjectEvent, sealedAt: number): Pick<Obstacle, "sort" | "key"> | undefined {
  const sort = raisedSort(event, sealedAt);
  return sort === undefined ? undefined : { sort, key: keyOf(sort, event) };
}

function raisedSort(event: ProjectEvent, sealedAt: number): BlockerSort | undefined {
  const { kind, importance } = event;
  if (kind === "SECURITY_ALERT") return importance === "LOW" ? undefined : "SECURITY";
  if (kind === "DEPLOYMENT_FAILED") return "DEPLOYMENT";
  // Of little importance is what another event tells in more detail: a suite beside its checks.
  if (kind === "CHECK_FAILED") return importance === "LOW" ? undefined : "CHECK";
  if (kind === "REVIEW_CHANGES_REQUESTED") return "CHANGES";
  if (kind === "CARD_OVERDUE") return "OVERDUE";
  if (isRevert(event)) return "REVERTED";
  if (isBlocked(event) && !finishing.has(kind)) return "BLOCKED";
  if (reopening.has(kind)) return "REOPENED";
  if (kind === "REVIEW_REQUESTED" && isStale(event, sealedAt)) return "STALE_REVIEW";
  return undefined;
}

/** A change that takes an earlier one back and is in, not one that is only proposed. */
function isRevert({ kind, title }: ProjectEvent): boolean {
  return (kind === "PULL_REQUEST_MERGED" || kind === "PUSH") && /(?:^|[:>"“]\s{0,2})revert(?:ed|s)?\b/i.test(title);
}

function isBlocked({ labels, refs }: ProjectEvent): boolean {
  const lists = refs.flatMap(({ type, title }) => (type === "LIST" && title !== undefined ? [title] : []));
  return [...labels, ...lists].some((name) => /(?:^|[^a-z-])block(?:ed|er)(?:$|[^a-z])/i.test(name));
}

function isStale({ occurredAt }: ProjectEvent, sealedAt: number): boolean {
  return sealedAt - toMilliseconds(occurredAt) >= staleReviewHours * 3_600_000;
}

/** What an obstacle of this sort that the event raises, or does away with, is known by. */
function keyOf(sort: BlockerSort, event: ProjectEvent): string {
  switch (sort) {
    case "CHECK":
      return JSON.stringify([placeOf(event), whereOf(event), nameOf(event, "CHECK")]);
    case "DEPLOYMENT":
      return JSON.stringify([placeOf(event), nameOf(event, "DEPLOYMENT")]);
    case "CHANGES":
      // A reviewer's word is taken back by that reviewer.
      return JSON.stringify([subjectOf(event), event.actor?.id]);
    default:
      return subjectOf(event);
  }
}

/** The pull request or branch that a check ran for. */
function whereOf(event: ProjectEvent): string {
  return refOf(event, "PULL_REQUEST")?.id ?? refOf(event, "BRANCH")?.id ?? "";
}

/** The name of a check or deployment, the same for each of its runs; ids of runs are not. */
function nameOf(event: ProjectEvent, type: "CHECK" | "DEPLOYMENT"): string {
  const ref = refOf(event, type);
  return ref?.title ?? ref?.id ?? subjectOf(event);
}

function removes(event: ProjectEvent, { sort, key, subject }: Obstacle): boolean {
  const { kind } = event;
  const sameThing = subjectOf(event) === subject;
  const isFinished = sameThing && finishing.has(kind);
  switch (sort) {
    case "SECURITY":
    case "REVERTED":
      return false;
    case "DEPLOYMENT":
      return kind === "DEPLOYMENT_SUCCEEDED" && keyOf(sort, event) === key;
    case "CHECK":
      return isFinished || (kind === "CHECK_SUCCEEDED" && keyOf(sort, event) === key);
    case "CHANGES":
      return isFinished || (kind === "REVIEW_APPROVED" && keyOf(sort, event) === key);
    case "STALE_REVIEW":
      return isFinished || (sameThing && reviewing.has(kind));
    case "BLOCKED":
      return isFinished || (sameThing && tellsLabels.has(kind) && !isBlocked(event));
    case "REOPENED":
    case "OVERDUE":
      return isFinished;
  }
}

/** By weight; of equal weight in the order of the events. */
function inOrder(findings: readonly Finding[]): Finding[] {
  return findings.toSorted((one, other) => other.wording.weight - one.wording.weight);
}

/** As many claims as a summary has room for. Where there are more findings, the last claim counts the rest and cites all of it. */
function claimsOf(findings: readonly Finding[]): DraftClaim[] {
  if (findings.length <= summaryLimits.claims) return findings.map(toClaim);
  const shown = findings.slice(0, summaryLimits.claims - 1);
  const rest = findings.slice(summaryLimits.claims - 1);
  const text = `And ${countsOf(rest).join(", ")}`;
  return [...shown.map(toClaim), { text, projectEventIds: rest.flatMap(({ events }) => events.map(idOf)) }];
}

const idOf = ({ projectEventId }: ProjectEvent) => projectEventId;

function toClaim({ wording, events, count }: Finding): DraftClaim {
  const latest = isAchievement(events[0]) ? events[0] : (events.at(-1) ?? events[0]);
  const title = plainLine(latest.title, 200);
  const place = placeOf(latest);
  const where = place === undefined || title.toLowerCase().includes(place.toLowerCase()) ? [] : [place];
  const several = count > 1 ? [`${count} events`] : [];
  const notes = [...where, ...several];
  const said = wording.said.test(title) ? title : `${wording.label}: ${title}`;
  return {
    text: notes.length === 0 ? said : `${said} (${notes.join(", ")})`,
    projectEventIds: events.map(idOf),
  };
}

/** `3 pull requests merged`, for each sort of finding, in their order. */
function countsOf(findings: readonly Finding[]): string[] {
  return [...groupBy(findings, ({ wording }) => wording.label).values()].map((group) => {
    const wording = group[0]?.wording;
    return wording === undefined ? "" : counted(group.length, wording);
  });
}

function counted(count: number, { one, many }: { readonly one: string; readonly many: string }): string {
  return count === 1 ? `1 ${one}` : `${count} ${many}`;
}

/** How many sorts of findings a headline names. */
const headlineParts = 3;

/** What matters most, in figures: `3 pull requests merged, 1 check failing in inventory-api`. */
function headlineOf(input: SummaryInput, achievements: readonly Finding[], blockers: readonly Finding[]): string {
  const { events, alreadyNotified } = input;
  if (events.length === 0) {
    return `Nothing new: ${counted(alreadyNotified, { one: "event was", many: "events were" })} told at once`;
  }
  const parts = partsOf(achievements, blockers);
  if (parts.length === 0) return withPlace(kindCounts(events).slice(0, headlineParts).join(", "), events);
  const text = countsOf(parts.flat()).join(", ");
  const about = parts.flat().map((finding) => finding.events[0]);
  return clipLine(withPlace(text, about), summaryLimits.headline);
}

/** Findings by sort: urgent ones, what was achieved, what stands in the way. One place is kept for what stands in the way. */
function partsOf(achievements: readonly Finding[], blockers: readonly Finding[]): (readonly Finding[])[] {
  const sorts = (findings: readonly Finding[]) => [...groupBy(findings, ({ wording }) => wording.label).values()];
  const weight = ([first]: readonly Finding[]) => first?.wording.weight ?? 0;
  const [urgent, other] = [
    sorts(blockers.filter(({ wording }) => wording.weight >= 90)),
    sorts(blockers.filter(({ wording }) => wording.weight < 90)),
  ];
  const done = sorts(achievements);
  const room = headlineParts - urgent.length;
  const shownDone = done.slice(0, Math.max(0, other.length > 0 ? room - 1 : room));
  const shownOther = other.slice(0, Math.max(0, room - shownDone.length));
  return [...urgent, ...shownDone, ...shownOther.toSorted((one, two) => weight(two) - weight(one))];
}

/** Names the place where all of it happened, where that is one. */
function withPlace(text: string, events: readonly ProjectEvent[]): string {
  const [place, ...others] = new Set(events.map(placeOf));
  return place === undefined || others.length > 0 ? text : `${text} in ${place}`;
}

/** Where in its source an event happened, in few words: the repository without its owner, the board, the channel. */
function placeOf(event: ProjectEvent): string | undefined {
  const repository = refOf(event, "REPOSITORY");
  if (repository !== undefined) return plainLine(repository.id.split("/").at(-1) ?? repository.id, 60);
  const ref = refOf(event, "BOARD") ?? refOf(event, "CHANNEL");
  return ref === undefined ? undefined : plainLine(ref.title ?? ref.id, 60);
}

/** The places where most happened, then the labels that several things have. */
function themesOf(events: readonly ProjectEvent[]): DraftClaim[] {
  const places = byCount(groupBy(events, (event) => placeOf(event) ?? ""));
  const labelled = events.flatMap((event) => [...new Set(event.labels)].map((label) => ({ label, event })));
  const labels = byCount(groupBy(labelled, ({ label }) => plainLine(label, 60)))
    .map(([label, uses]) => [label, uses.map(({ event }) => event)] as const)
    .filter(([label, own]) => label !== "" && collapse(own).length > 1);
  return [
    ...places.map(([place, own]) => theme(place === "" ? "Elsewhere" : place, own)),
    ...labels.map(([label, own]) => theme(`Label “${label}”`, own)),
  ].slice(0, summaryLimits.themes);
}

function theme(name: string, events: readonly ProjectEvent[]): DraftClaim {
  const counts = kindCounts(events);
  const shown = counts.length > 4 ? [...counts.slice(0, 3), "and more"] : counts;
  return { text: `${name}: ${shown.join(", ")}`, projectEventIds: events.map(idOf) };
}

/** The largest first; of equal ones the first. */
function byCount<Value>(
  groups: ReadonlyMap<string, readonly Value[]>,
): readonly (readonly [string, readonly Value[]])[] {
  return [...groups].toSorted(([, one], [, other]) => other.length - one.length);
}

/** `5 pushes`, for each kind of event, the most first. */
function kindCounts(events: readonly ProjectEvent[]): string[] {
  return byCount(groupBy(events, ({ kind }) => kind)).map(([, own]) => {
    const kind = own[0]?.kind ?? "UNHANDLED";
    const [one, many] = kindWords[kind];
    return counted(own.length, { one, many });
  });
}

const kindWords: Readonly<Record<ProjectEventKind, readonly [one: string, many: string]>> = {
  PUSH: ["push", "pushes"],
  BRANCH_CREATED: ["branch created", "branches created"],
  BRANCH_DELETED: ["branch deleted", "branches deleted"],
  TAG_CREATED: ["tag created", "tags created"],
  PULL_REQUEST_OPENED: ["pull request opened", "pull requests opened"],
  PULL_REQUEST_UPDATED: ["pull request update", "pull request updates"],
  PULL_REQUEST_MERGED: ["pull request merged", "pull requests merged"],
  PULL_REQUEST_CLOSED: ["pull request closed unmerged", "pull requests closed unmerged"],
  PULL_REQUEST_REOPENED: ["pull request reopened", "pull requests reopened"],
  REVIEW_REQUESTED: ["review requested", "reviews requested"],
  REVIEW_APPROVED: ["approval", "approvals"],
  REVIEW_CHANGES_REQUESTED: ["request for changes", "requests for changes"],
  REVIEW_COMMENTED: ["review comment", "review comments"],
  ISSUE_OPENED: ["issue opened", "issues opened"],
  ISSUE_UPDATED: ["issue update", "issue updates"],
  ISSUE_CLOSED: ["issue closed", "issues closed"],
  ISSUE_REOPENED: ["issue reopened", "issues reopened"],
  COMMENT_ADDED: ["comment", "comments"],
  RELEASE_PUBLISHED: ["release", "releases"],
  CHECK_SUCCEEDED: ["check passed", "checks passed"],
  CHECK_FAILED: ["check failed", "checks failed"],
  DEPLOYMENT_SUCCEEDED: ["deployment", "deployments"],
  DEPLOYMENT_FAILED: ["deployment failed", "deployments failed"],
  SECURITY_ALERT: ["security alert", "security alerts"],
  CARD_CREATED: ["card created", "cards created"],
  CARD_UPDATED: ["card update", "card updates"],
  CARD_MOVED: ["card moved", "cards moved"],
  CARD_COMPLETED: ["card completed", "cards completed"],
  CARD_REOPENED: ["card reopened", "cards reopened"],
  CARD_OVERDUE: ["card overdue", "cards overdue"],
  MEMBER_CHANGED: ["change of members", "changes of members"],
  MESSAGE_POSTED: ["message", "messages"],
  NOTE: ["note", "notes"],
  UNHANDLED: ["other event", "other events"],
};
