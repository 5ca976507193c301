/** Rows of the projects context as objects of the schema. Each names its type and keeps its row, for the edges. */
import type {
  AssignmentRule as AssignmentRuleRow,
  Batch as BatchRow,
  BatchPolicy as BatchPolicyRow,
  BatchPost as BatchPostRow,
  BatchSummary as BatchSummaryRow,
  ProjectActivity as ProjectActivityRow,
  ProjectEvent as ProjectEventRow,
  ProjectEventKind,
  ProjectEventSource,
  ProjectSettings as ProjectSettingsRow,
  Summary as SummaryRow,
  SummaryClaim as SummaryClaimRow,
} from "../../domain/projects/index.js";
import { heldUntil, projectEventKinds, projectEventSources, receivedAtOf } from "../../domain/projects/index.js";
import type {
  ActivitySummary,
  Batch,
  BatchPolicy,
  BatchPost,
  BatchSummary,
  KindCount,
  SourceCount,
  SummaryClaim,
  SummaryPreview,
} from "../../schema/projects/batch.type.js";
import type { AssignmentRule, Project, ProjectActivity, ProjectSettings } from "../../schema/projects/project.type.js";
import type { ProjectEvent } from "../../schema/projects/projectEvent.type.js";
import { batchGlobalId, projectEventGlobalId, projectGlobalId } from "./ids.js";

type Of<View, Row> = View & { readonly __typename: string; readonly row: Row };
export type ProjectView = Project & { readonly __typename: string };
export type ProjectEventView = Of<ProjectEvent, ProjectEventRow>;
export type BatchView = Of<Batch, BatchRow>;
export type AssignmentRuleView = AssignmentRule & { readonly row: AssignmentRuleRow };

/** How the events that a claim cites are found, once somebody asks for them. */
export type FindEvents = () => Promise<readonly ProjectEventRow[]>;
export type SummaryClaimView = SummaryClaim & { readonly __typename: string; readonly findEvents: FindEvents };

export function toProjectView(name: string): ProjectView {
  return { __typename: "Project", id: projectGlobalId(name), name };
}

export function toProjectEventView(row: ProjectEventRow): ProjectEventView {
  const { projectEventId, source, kind, title, text, actor, url, importance, subject, original } = row;
  return {
    __typename: "ProjectEvent",
    row,
    id: projectEventGlobalId(projectEventId),
    projectEventId,
    source,
    kind,
    title,
    text,
    actor,
    url,
    refs: [...row.refs],
    labels: [...row.labels],
    importance,
    subject,
    occurredAt: row.occurredAt,
    // By what lists are filtered and in order.
    receivedAt: receivedAtOf(row.eventTime),
    eventTime: row.eventTime,
    deliveryId: row.deliveryId,
    eventData: row.eventData,
    clipped: row.clipped,
    original,
    verification: row.verification,
    processed: row.batchId !== undefined,
    batchedAt: row.batchedAt,
    notifiedAt: row.notifiedAt,
    notificationDropped: row.notificationDropped,
    version: row.version,
  };
}

export function toPolicyView({ quietHours, gapSeconds, ...policy }: BatchPolicyRow): BatchPolicy {
  return { ...policy, gapSeconds, quietHours };
}

/** `findEvents` gives the events of the batch; asked for at most once by each claim. */
export function toBatchView(row: BatchRow, findEvents: FindEvents): BatchView {
  const { batchId, status, trigger, critical, openedAt, sealedAt, summary, post, version } = row;
  return {
    __typename: "Batch",
    row,
    id: batchGlobalId(batchId),
    batchId,
    status,
    trigger,
    critical,
    openedAt,
    sealedAt,
    eventCount: row.projectEventIds.length,
    policy: toPolicyView(row.policy),
    summary: summary && toSummaryView(summary, findEvents),
    summaryPending: summary === undefined || (row.requestedRevision ?? 0) > summary.revision,
    post: { ...toPostView(post), notBefore: heldUntil(row) },
    version,
  };
}

function toPostView(row: BatchPostRow): BatchPost {
  const { attempts, underWaySince, notifier, channel, messageId, url, postedAt, revision, found, error, retryAt } = row;
  return {
    attempts,
    startedAt: underWaySince,
    notifier,
    channel,
    messageId,
    url,
    postedAt,
    revision,
    found,
    error,
    retryAt,
  };
}

function toSummaryView(
  { summary, origin, revision, summarisedAt }: BatchSummaryRow,
  findEvents: FindEvents,
): BatchSummary {
  return { ...toActivitySummary("BatchSummary", summary, findEvents), ...origin, revision, summarisedAt };
}

export function toPreviewView(summary: SummaryRow, events: readonly ProjectEventRow[]): SummaryPreview {
  return toActivitySummary("SummaryPreview", summary, async () => events);
}

function toActivitySummary(
  typename: string,
  { headline, themes, blockers, achievements, links, stats }: SummaryRow,
  findEvents: FindEvents,
): ActivitySummary & { readonly __typename: string } {
  const toClaim =
    (name: string) =>
    <Claim extends SummaryClaimRow>(claim: Claim) => ({ ...claim, __typename: name, findEvents });
  return {
    __typename: typename,
    headline,
    themes: themes.map(toClaim("SummaryTheme")),
    blockers: blockers.map(toClaim("SummaryBlocker")),
    achievements: achievements.map(toClaim("SummaryAchievement")),
    links: [...links],
    stats: { ...stats, bySource: toSourceCounts(stats.bySource), byKind: toKindCounts(stats.byKind) },
  };
}

/** Those that are counted, in the order of the enum. */
function toSourceCounts(counts: Readonly<Partial<Record<ProjectEventSource, number>>>): SourceCount[] {
  return projectEventSources.flatMap((source) =>
    (counts[source] ?? 0) > 0 ? [{ source, count: counts[source] ?? 0 }] : [],
  );
}

/** Most first. */
function toKindCounts(counts: Readonly<Partial<Record<ProjectEventKind, number>>>): KindCount[] {
  return projectEventKinds
    .flatMap((kind) => ((counts[kind] ?? 0) > 0 ? [{ kind, count: counts[kind] ?? 0 }] : []))
    .sort((a, b) => b.count - a.count);
}

export function toSettingsView({ policy, channel, notifications, version }: ProjectSettingsRow): ProjectSettings {
  return { policy: toPolicyView(policy), channel, notifications, version };
}

/** Nothing, where the project has had nothing. */
export function toActivityView(row: ProjectActivityRow | undefined): ProjectActivity {
  return {
    events: row?.events ?? 0,
    bySource: toSourceCounts(row?.bySource ?? {}),
    batches: row?.batches ?? 0,
    firstEventAt: row?.firstEventAt,
    lastEventAt: row?.lastEventAt,
    lastBatchAt: row?.lastBatchAt,
  };
}

export function toRuleView(row: AssignmentRuleRow): AssignmentRuleView {
  const { ruleId, source, field, pattern } = row;
  return { row, ruleId, source, field, pattern };
}
