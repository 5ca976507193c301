/** All resolvers of the schema. */
import "reflect-metadata";
import {
  ArchivedIncidentFields,
  CommentEntryFields,
  CommentFields,
  IncidentFields,
  IncidentLinkFields,
  IncidentQueries,
  PostmortemFields,
  TimelineEntryFields,
} from "./incidents/incident.resolver.js";
import {
  IncidentMutations,
  IncidentPayloadFields,
  commentPayloadFields,
} from "./incidents/incidentMutations.resolver.js";
import { IncidentSubscriptions } from "./incidents/incident.subscription.js";
import { HistoryFields, HistoryQueries } from "./incidents/history.resolver.js";
import { ActivityMutations, activityPayloadFields } from "./insights/activityMutations.resolver.js";
import { CatalogQueries } from "./insights/catalog.resolver.js";
import { ActivityGroupFields, EntityFields, EntityMetricsFields, EntityQueries } from "./insights/entity.resolver.js";
import {
  EntityInsightFields,
  IncidentLinkInsightFields,
  InsightFields,
  InsightQueries,
} from "./insights/insight.resolver.js";
import { InsightMutations, InsightRuleMutations, insightPayloadFields } from "./insights/insightMutations.resolver.js";
import { InsightMessageFields, InsightSubscriptions, MetricsMessageFields } from "./insights/insights.subscription.js";
import {
  HealthFormulaBacktestFields,
  InsightRuleBacktestFields,
  InsightsBacktestQueries,
} from "./insights/insightsBacktest.resolver.js";
import { InsightRuleFields, InsightRuleQueries, InsightWatchFields } from "./insights/rule.resolver.js";
import { IntegrationQueries, IntegrationSessionFields } from "./integrations/session.resolver.js";
import { IntegrationMutations, IntegrationPayloadFields } from "./integrations/sessionMutations.resolver.js";
import { IntegrationMessageFields, IntegrationSubscriptions } from "./integrations/sessions.subscription.js";
import { EventQueries, EventSubscriptions } from "./ledger/events.resolver.js";
import { OperateMutations, OperateQueries } from "./ledger/operate.resolver.js";
import { WhyQueries } from "./ledger/why.resolver.js";
import { NodeQueries } from "./node.resolver.js";
import { BacktestResolver } from "./projects/backtest.resolver.js";
import {
  AssignmentRuleConnectionFields,
  AssignmentRuleFields,
  BatchFields,
  OpenBatchFields,
  ProjectEventFields,
  ProjectFields,
  ProjectQueries,
  SummaryClaimFields,
} from "./projects/project.resolver.js";
import { ProjectMutations, projectPayloadFields } from "./projects/projectMutations.resolver.js";
import {
  BatchMessageFields,
  ProjectActivityMessageFields,
  ProjectSubscriptions,
} from "./projects/project.subscription.js";
import { QueueStatsFields, ResearchLimitFields, ResearchQueueQueries } from "./research/queue.resolver.js";
import { ResearchRequestFields, ResearchRequestQueries, ResearchResultsFields } from "./research/request.resolver.js";
import { ResearchRequestMutations, ResearchRequestPayloadFields } from "./research/requestMutations.resolver.js";
import { ResearchSubscriptions, researchMessageFields } from "./research/research.subscription.js";
import { ClaimedRequestFields, ResearchWorkerMutations } from "./research/workerMutations.resolver.js";

export const resolvers = [
  NodeQueries,
  IncidentQueries,
  IncidentFields,
  ArchivedIncidentFields,
  IncidentLinkFields,
  PostmortemFields,
  CommentFields,
  TimelineEntryFields,
  CommentEntryFields,
  IncidentMutations,
  IncidentPayloadFields,
  ...commentPayloadFields,
  IncidentSubscriptions,
  HistoryQueries,
  HistoryFields,
  EventQueries,
  EventSubscriptions,
  WhyQueries,
  OperateQueries,
  OperateMutations,
  ProjectQueries,
  ProjectFields,
  OpenBatchFields,
  ProjectEventFields,
  BatchFields,
  SummaryClaimFields,
  AssignmentRuleConnectionFields,
  AssignmentRuleFields,
  BacktestResolver,
  ProjectMutations,
  ...projectPayloadFields,
  ProjectSubscriptions,
  ProjectActivityMessageFields,
  BatchMessageFields,
  EntityQueries,
  EntityFields,
  EntityMetricsFields,
  EntityInsightFields,
  ActivityGroupFields,
  CatalogQueries,
  InsightQueries,
  InsightFields,
  IncidentLinkInsightFields,
  InsightRuleQueries,
  InsightRuleFields,
  InsightWatchFields,
  InsightsBacktestQueries,
  HealthFormulaBacktestFields,
  InsightRuleBacktestFields,
  ActivityMutations,
  ...activityPayloadFields,
  InsightRuleMutations,
  InsightMutations,
  ...insightPayloadFields,
  InsightSubscriptions,
  MetricsMessageFields,
  InsightMessageFields,
  ResearchRequestQueries,
  ResearchRequestFields,
  ResearchResultsFields,
  ResearchQueueQueries,
  QueueStatsFields,
  ResearchLimitFields,
  ResearchRequestMutations,
  ResearchRequestPayloadFields,
  ResearchWorkerMutations,
  ClaimedRequestFields,
  ResearchSubscriptions,
  ...researchMessageFields,
  IntegrationQueries,
  IntegrationSessionFields,
  IntegrationMutations,
  IntegrationPayloadFields,
  IntegrationSubscriptions,
  IntegrationMessageFields,
] as const;

export { authChecker } from "./authorization.js";
export type { Attempt, AuditTrail, Caller, GraphQLContext, GraphQLServices } from "./context.js";
export { createCursorCodec } from "./cursor.js";
export { describeError } from "./errors.js";
export { createLoaders } from "./loaders.js";
export { accessProblem, grants, isRole, roleMeanings, roles, takesAllProjects } from "./roles.js";
export type { Role } from "./roles.js";
