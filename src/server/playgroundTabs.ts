/** The operations that a first visitor of the playground finds in its tabs. A test runs each of them. */
import type { PlaygroundTab } from "./playground.js";

const tab = (query: string, variables?: object): PlaygroundTab => ({
  query: query.trim(),
  ...(variables === undefined ? {} : { variables: JSON.stringify(variables, undefined, 2) }),
});

/** Met by the student of the tab before it. */
const exampleRule = {
  title: "Few sessions",
  entityTypes: ["student"],
  conditions: [{ threshold: { metric: "sessions_7d", comparison: "BELOW", fireAt: 3, clearAt: 3 } }],
  risk: { least: 50, most: 90, worstAt: 0 },
  recommendations: ["Schedule a check-in call"],
};

export const playgroundTabs: readonly PlaygroundTab[] = [
  tab(
    `
# 1. Declare an incident. Then follow it in the next tab.
mutation DeclareIncident($input: DeclareIncidentInput!) {
  declareIncident(input: $input) {
    incident { reference status severity services startedAt }
    errors { code message path }
    position
  }
}`,
    {
      input: {
        title: "Checkout answers with 502",
        description: "Since 10:30 every third payment fails.",
        severity: "P1",
        services: ["payment-service", "checkout"],
        commander: "ana",
        labels: [{ key: "region", value: "eu-west-1" }],
      },
    },
  ),
  tab(
    `
# 2. Follow its timeline: run this, then change the status in the next tab and watch the entry arrive.
subscription FollowTimeline($incidentId: ID!) {
  incidentTimeline(incidentId: $incidentId) {
    entry {
      occurredAt
      description
      actor { id }
      ... on StatusChangedEntry { from to reason }
    }
    position
  }
}`,
    { incidentId: "INC-1" },
  ),
  tab(
    `
# 3. Change the status. A step that the transition table does not allow answers with what it does allow.
mutation ChangeStatus($input: ChangeIncidentStatusInput!) {
  changeIncidentStatus(input: $input) {
    incident { reference status allowedTransitions version }
    errors { code message path ... on InvalidTransitionError { from to allowed } }
    position
  }
}`,
    { input: { incidentId: "INC-1", to: "ACKNOWLEDGED", reason: "On it" } },
  ),
  tab(
    `
# 4. The board: incidents with who takes part and what happened last, in two requests to DynamoDB.
query Board($filter: IncidentFilter) {
  incidents(first: 20, filter: $filter, orderBy: NEWEST_FIRST) {
    nodes {
      id
      reference
      title
      status
      severity
      services
      participants { personId roles }
      timeline(first: 5) { nodes { occurredAt description } }
      durations { timeToAcknowledge { seconds } timeToResolve { iso8601 } }
    }
    pageInfo { hasNextPage endCursor }
  }
  incidentCounts { status count }
}`,
    { filter: {} },
  ),
  tab(
    `
# 5. Everything about one incident.
query Incident($id: ID!) {
  incident(id: $id) {
    id
    reference
    title
    description
    status
    severity
    version
    milestones { startedAt acknowledgedAt mitigatedAt resolvedAt endedAt }
    commander { personId }
    timeline(first: 50, orderBy: OLDEST_FIRST) {
      nodes { kind occurredAt description actor { id } keyMoment pinned }
    }
    comments(first: 20) { nodes { id author { id } text editedAt } }
    followUps { title owner dueAt completedAt }
    links { kind target relation }
  }
}`,
    { id: "INC-1" },
  ),
  tab(
    `
# 6. Say something about it.
mutation Comment($input: AddIncidentCommentInput!) {
  addIncidentComment(input: $input) {
    comment { id text author { id } addedAt }
    errors { code message path }
  }
}`,
    { input: { incidentId: "INC-1", text: "The new release is being rolled back." } },
  ),
  tab(
    `
# 7. Follow all incidents that are P0 or P1.
subscription FollowIncidents($filter: IncidentChangeFilter) {
  incidentChanged(filter: $filter) {
    matches
    entry { description incident { reference status severity title } }
    position
  }
}`,
    { filter: { severity: ["P0", "P1"] } },
  ),
  tab(
    `
# 8. Time travel: the incident as it was at its declaration, and what has changed since.
query TimeTravel($id: ID!, $then: AsOfInput!) {
  incident(id: $id, asOf: $then) {
    status
    severity
    version
    timeline(orderBy: OLDEST_FIRST) { nodes { recordedAt description } }
  }
  incidentHistory(id: $id, from: $then) {
    fromVersion
    toVersion
    changes { nodes { path before after } }
  }
}`,
    { id: "INC-1", then: { version: 1 } },
  ),
  tab(
    `
# 9. The log itself: every event, in order. Pass a cursor as after, here or to the subscription of the same name.
query Events($filter: EventFilter, $after: String) {
  events(first: 20, filter: $filter, after: $after) {
    edges {
      cursor
      node { eventId type streamId version recordedAt actor { id } data hash previousHash }
    }
    pageInfo { hasNextPage endCursor }
  }
}`,
    { filter: { categories: ["Incident"] } },
  ),
  tab(
    `
# 10. Projects: bring an event in. Webhooks bring most of them.
mutation IngestProjectEvent($input: IngestProjectEventInput!) {
  ingestProjectEvent(input: $input) {
    projectEvent { projectEventId kind title project { name } processed }
    repeated
    errors { code message path }
    position
  }
}`,
    {
      input: {
        project: "inventory",
        kind: "PULL_REQUEST_MERGED",
        title: "Merged #42: Add inventory tracking",
        url: "https://github.com/acme/inventory-api/pull/42",
        deliveryId: "merged-42",
      },
    },
  ),
  tab(
    `
# 11. What waits in a project, when it is sealed, what a summary would say now; and its batches. flushBatch seals at once.
query Project($name: ID!) {
  project(name: $name) {
    settings { channel notifications policy { maxCount maxAgeSeconds } }
    openBatch {
      count
      dueAt
      dueTrigger
      preview { headline achievements { text events { title url } } blockers { text since } }
    }
    batches(first: 5) {
      nodes { batchId status trigger summary { headline modelUsed } post { postedAt error } }
    }
  }
}`,
    { name: "inventory" },
  ),
  tab(
    `
# 12. Metrics: record what happened, and see the health score of the student, and what it is made of.
mutation RecordActivities($input: RecordActivitiesInput!) {
  recordActivities(input: $input) {
    results {
      entity {
        entityId
        metrics { sessions7d ibCalls7d avgRating healthScore components { name value contribution } }
      }
      repeated
      errors { code message path }
    }
    errors { code message path }
    position
  }
}`,
    {
      input: {
        activities: [
          { entityId: "stu_4532", kind: "session", groups: ["sub_algebra"], dedupeId: "meeting-8812" },
          { entityId: "stu_4532", kind: "rating", value: 3.5, dedupeId: "rating-17" },
          { entityId: "stu_4532", kind: "ib_call", dedupeId: "call-3" },
        ],
      },
    },
  ),
  tab(
    `
# 13. Students by their health score, the lowest first, and how it was, day by day. What time alone changes is seen to, too.
query Entities($filter: EntityFilter!) {
  entities(first: 20, filter: $filter, orderBy: LOWEST_HEALTH_FIRST) {
    nodes {
      entityId
      healthScore
      activityCount
      metrics { values { name value } trend7d nextChangeAt components { name value contribution } }
      metricsHistory(first: 30) { nodes { at healthScore } }
      activities(first: 5) { nodes { kind occurredAt value } }
    }
    pageInfo { hasNextPage endCursor }
  }
}`,
    { filter: { type: "student" } },
  ),
  tab(
    `
# 14. Insights as they are raised. Run this, then create a rule two tabs on, or let raiseInsight say something.
subscription FollowInsights($filter: InsightRaisedFilter) {
  insightRaised(filter: $filter) {
    insight { alertId entityId predictionType riskScore title explanation entity { healthScore } }
    position
  }
}`,
    { filter: { entityType: "student" } },
  ),
  tab(
    `
# 15. What a rule would have raised in the last month. Nothing is written.
query BacktestInsightRule($entities: BacktestEntitiesInput!, $definition: InsightRuleDefinitionInput!) {
  backtestInsightRule(entities: $entities, definition: $definition) {
    entityCount
    insightCount
    isPartial
    precision
    insights(first: 10) { nodes { entityId raisedAt resolvedAt riskScore } }
  }
}`,
    { entities: { ofType: { entityType: "student", atMost: 50 } }, definition: exampleRule },
  ),
  tab(
    `
# 16. Create the rule, and let it work: it looks at all students, and again whenever their metrics change.
mutation CreateInsightRule($input: CreateInsightRuleInput!) {
  createInsightRule(input: $input) {
    rule { ruleId enabled version }
    errors { code message path }
    position
  }
}`,
    { input: { ruleId: "few_sessions", definition: exampleRule, enabled: true } },
  ),
  tab(
    `
# 17. Insights with the numbers that they rest on, and the rule that raised them.
query Insights($filter: InsightFilter) {
  insights(first: 20, filter: $filter, orderBy: NEWEST_FIRST) {
    nodes {
      alertId
      entityId
      status
      riskScore
      title
      explanation
      evidence { name value level }
      recommendations { text done { by } }
      rule { ruleId definition { title } performance { raised dismissed precision } }
    }
    pageInfo { hasNextPage endCursor }
  }
}`,
    { filter: { entityType: "student" } },
  ),
  tab(
    `
# 18. Research: ask for it. A worker within the server takes what no other worker has taken for some seconds.
mutation SubmitRequest($input: SubmitRequestInput!) {
  submitRequest(input: $input) {
    existing
    request { requestId status queuedAt deadlineAt }
    errors { code message path }
    position
  }
}`,
    {
      input: {
        projectId: "obesity-drugs",
        requestType: "semaglutide_intelligence",
        priority: "HIGH",
        config: {
          keywords: ["semaglutide", "tirzepatide", "GLP-1 receptor agonist"],
          sources: [{ name: "FDA", baseUrl: "https://www.fda.gov", sourceType: "GOVERNMENT" }],
        },
        dedupeKey: "semaglutide-weekly",
      },
    },
  ),
  tab(
    `
# 19. Requests from submission to report: how far they are, what their workers log, what they have found.
query Requests($filter: ResearchRequestFilter) {
  requests(first: 5, filter: $filter, orderBy: NEWEST_FIRST) {
    nodes {
      requestId
      status
      statusMessage
      progress { stage percentage estimatedCompletion }
      lease { workerId leaseUntil attempt }
      logs(first: 10, orderBy: NEWEST_FIRST) { nodes { at level message } }
      results {
        executiveSummary
        keyFindings { text citations }
        items(first: 10) { nodes { itemId title url score } }
      }
    }
    pageInfo { hasNextPage endCursor }
  }
  queueStats { strategy byStatus { status count } waitSeconds { p50 p95 } completedPerMinute }
}`,
    { filter: { projectId: "obesity-drugs" } },
  ),
  tab(
    `
# 20. Be a worker: run this, submit a request two tabs back, and it is yours. Then startRequest, heartbeatRequest before
# leaseUntil, addRequestItems and completeRequest, each with the leaseToken; or releaseRequest.
mutation ClaimRequests($input: ClaimRequestsInput!) {
  claimRequests(input: $input) {
    claimed {
      leaseToken
      leaseUntil
      attempt
      request { requestId config { keywords sources { name baseUrl } } }
    }
    errors { code message path }
  }
}`,
    { input: { workerId: "me", types: ["semaglutide_intelligence"], leaseSeconds: 300, waitSeconds: 20 } },
  ),
  tab(
    `
# 21. Connect a service: here one that pushes. What is new goes to the webhook, signed with the secret that is told here only.
mutation ConnectIntegration($input: ConnectIntegrationInput!) {
  connectIntegration(input: $input) {
    webhookSecret
    session { sessionId status webhook { masked } serviceState nextPollAt version }
    errors { code message path ... on AlreadyConnectedError { sessionId status } }
    position
  }
}`,
    {
      input: {
        userId: "user123",
        serviceType: "whatsapp",
        webhookUrl: "https://hooks.example.org/whatsapp",
        serviceState: { phoneNumber: "+1234567890", businessAccountId: "123456789012345" },
      },
    },
  ),
  tab(
    `
# 22. The services that can be connected, who has connected which, and how they are doing.
query Integrations($filter: IntegrationSessionFilter) {
  integrationServices { type title mode leastIntervalMs needsCredential stateSchema }
  integrationSessions(first: 20, filter: $filter, orderBy: LAST_POLLED_LAST) {
    nodes {
      sessionId
      status
      statusReason
      lastPollAt
      nextPollAt
      errorCount
      lastError { failureClass code message }
      totals { polls items }
      pollHistory(first: 5) { nodes { at outcome polls items } }
    }
    pageInfo { hasNextPage endCursor }
  }
  integrationHealth { byStatus { status count } overdue { sessions oldest } }
}`,
    { filter: { userId: "user123" } },
  ),
];
