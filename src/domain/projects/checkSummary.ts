/**
 * What a summarizer proposed, made fit to be stored and shown. The rules hold by code, whoever wrote the draft: every claim
 * cites events of the batch, links come from events, lengths are kept. Markup is escaped by whoever shows it.
 */
import { isShownUrl } from "./normalised.js";
import { plainLine } from "./plainLine.js";
import type { DraftClaim, SummaryDraft, SummaryInput } from "./ports.js";
import type { ProjectEvent } from "./state.js";
import { summaryLimits } from "./summary.js";
import type { Summary, SummaryClaim, SummaryLink } from "./summary.js";
import type { ProjectEventKind } from "./values.js";

export interface CheckedFacts {
  readonly input: SummaryInput;
  /** Events of the batch that were told of at once: they count, and are not told again. */
  readonly notified: readonly ProjectEvent[];
  /** Events that the summarizer had no room for. */
  readonly omitted: number;
}

const limits = summaryLimits;

/**
 * The summary; undefined where nothing usable is left: no headline, or not one claim about a batch that has events to tell of.
 * A claim is dropped that says nothing or cites no event of the batch, and an achievement that cites only what began, was said
 * or went wrong; ids of other events are dropped from the others.
 */
export function checkSummary(draft: SummaryDraft, facts: CheckedFacts): Summary | undefined {
  const { input, notified, omitted } = facts;
  const events = new Map(input.events.map((event) => [event.projectEventId, event]));
  const headline = plainLine(draft.headline, limits.headline);
  const themes = checkClaims(draft.themes, events, limits.themes);
  const blockers = checkClaims(draft.blockers, events, limits.claims);
  const achievements = checkClaims(draft.achievements, events, limits.claims, mayBeAchieved);
  const claims = [...blockers, ...achievements, ...themes];
  if (headline === "" || (claims.length === 0 && input.events.length > 0)) return undefined;
  return {
    headline,
    themes,
    blockers: blockers.map((claim) => ({ ...claim, since: sinceOf(claim, events) ?? input.openedAt })),
    achievements,
    links: linksOf(claims, events),
    stats: statsOf([...input.events, ...notified], { alreadyNotified: notified.length, omitted }),
  };
}

type Known = ReadonlyMap<string, ProjectEvent>;

/** What began, was said, or went wrong. Nothing was achieved by these alone, whatever a text says. */
const unachieved: ReadonlySet<ProjectEventKind> = new Set([
  "PULL_REQUEST_OPENED",
  "PULL_REQUEST_REOPENED",
  "REVIEW_REQUESTED",
  "REVIEW_CHANGES_REQUESTED",
  "REVIEW_COMMENTED",
  "ISSUE_OPENED",
  "ISSUE_REOPENED",
  "COMMENT_ADDED",
  "CHECK_FAILED",
  "DEPLOYMENT_FAILED",
  "SECURITY_ALERT",
  "CARD_CREATED",
  "CARD_REOPENED",
  "CARD_OVERDUE",
]);

function mayBeAchieved(cited: readonly ProjectEvent[]): boolean {
  return cited.some(({ kind }) => !unachieved.has(kind));
}

function checkClaims(
  drafts: readonly DraftClaim[],
  events: Known,
  maximum: number,
  bears: (cited: readonly ProjectEvent[]) => boolean = () => true,
): SummaryClaim[] {
  const claims = drafts
    .map((draft) => ({
      text: plainLine(draft.text, limits.claim),
      projectEventIds: [...new Set(draft.projectEventIds)].filter((id) => events.has(id)),
    }))
    .filter(({ text, projectEventIds }) => says(text) && projectEventIds.length > 0)
    .filter(({ projectEventIds }) => bears(projectEventIds.flatMap((id) => events.get(id) ?? [])));
  return [...new Map(claims.map((claim) => [claim.text, claim])).values()].slice(0, maximum);
}

/** Whether there is a letter or digit besides the marks of what was taken out. */
function says(text: string): boolean {
  return /[\p{L}\p{N}]/u.test(text.replaceAll("[link]", "").replaceAll("[redacted]", ""));
}

/** When the first of a claim's events happened. */
function sinceOf({ projectEventIds }: SummaryClaim, events: Known): string | undefined {
  return projectEventIds.map((id) => events.get(id)?.occurredAt).reduce(earlier);
}

function earlier(one: string | undefined, other: string | undefined): string | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return other < one ? other : one;
}

/** The address of the first cited event of each claim that has one, the claims in their order. */
function linksOf(claims: readonly SummaryClaim[], events: Known): SummaryLink[] {
  const links = new Map<string, SummaryLink>();
  for (const { projectEventIds } of claims) {
    const link = projectEventIds.map((id) => linkOf(events.get(id))).find((found) => found !== undefined);
    if (link !== undefined && !links.has(link.url)) links.set(link.url, link);
  }
  return [...links.values()].slice(0, limits.links);
}

/** Events are older than today's rules: what may be shown is asked again. */
function linkOf(event: ProjectEvent | undefined): SummaryLink | undefined {
  if (event === undefined) return undefined;
  const url = [event.url, ...event.refs.map((ref) => ref.url)].find((each) => each !== undefined && isShownUrl(each));
  if (url === undefined) return undefined;
  return { label: plainLine(event.title, limits.headline) || event.kind, url, projectEventId: event.projectEventId };
}

function statsOf(
  events: readonly ProjectEvent[],
  counted: { readonly alreadyNotified: number; readonly omitted: number },
): Summary["stats"] {
  const actors = events.flatMap(({ source, actor }) => (actor === undefined ? [] : [`${source}:${actor.id}`]));
  return {
    events: events.length,
    actors: new Set(actors).size,
    bySource: countBy(events, ({ source }) => source),
    byKind: countBy(events, ({ kind }) => kind),
    ...counted,
  };
}

function countBy<Value>(values: readonly Value[], keyOf: (value: Value) => string): Record<string, number> {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(keyOf(value), (counts.get(keyOf(value)) ?? 0) + 1);
  return Object.fromEntries([...counts].sort(([one], [other]) => (one < other ? -1 : 1)));
}
