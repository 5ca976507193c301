/** Alarms of what callers see, and of what goes out to people: HTTP API, containers, insights. */
import { Metric, Stats } from "aws-cdk-lib/aws-cloudwatch";
import { HttpCodeElb, HttpCodeTarget } from "aws-cdk-lib/aws-elasticloadbalancingv2";
import { fiveMinutes, oneMinute, sumOf } from "./alarms.js";
import type { AlarmSpecification } from "./alarms.js";
import type { ApiStack } from "./api-stack.js";
import { waitingIn } from "./metrics.js";
import { busName, insightsRuleName } from "./names.js";
import type { ServiceStack } from "./service-stack.js";
import type { Settings } from "./settings.js";

export function apiAlarms({ api }: ApiStack): readonly AlarmSpecification[] {
  return [
    {
      id: "ApiFails",
      says: "Requests to the HTTP API end with errors that are ours (5xx).",
      section: "OpsledgerErrorRate",
      metric: api.metricServerError({ period: fiveMinutes, statistic: Stats.SUM }),
      threshold: 5,
    },
    {
      id: "ApiSlow",
      says: "One in a hundred requests to the HTTP API takes five seconds or more.",
      section: "OpsledgerSlowOperations",
      metric: api.metricLatency({ period: fiveMinutes, statistic: Stats.percentile(99) }),
      threshold: 5_000,
      periods: 3,
    },
  ];
}

export function serviceAlarms({ balancer, targets }: ServiceStack): readonly AlarmSpecification[] {
  const sum = { period: fiveMinutes, statistic: Stats.SUM };
  return [
    {
      id: "ServiceFails",
      says: "Requests to the containers end with errors that are ours (5xx).",
      section: "OpsledgerErrorRate",
      metric: sumOf(
        [
          targets.metrics.httpCodeTarget(HttpCodeTarget.TARGET_5XX_COUNT, sum),
          balancer.metrics.httpCodeElb(HttpCodeElb.ELB_5XX_COUNT, sum),
        ],
        "5xx",
      ),
      threshold: 5,
    },
    {
      id: "ContainersUnwell",
      says: "A container is running, and does not answer.",
      section: "OpsledgerContainers",
      metric: targets.metrics.unhealthyHostCount({ period: oneMinute, statistic: Stats.MAXIMUM }),
      threshold: 1,
      periods: 5,
    },
    {
      id: "ContainersMissing",
      says: "No container answers: nobody can subscribe.",
      section: "OpsledgerContainers",
      metric: targets.metrics.healthyHostCount({ period: oneMinute, statistic: Stats.MINIMUM }),
      threshold: 1,
      when: "below",
      periods: 3,
      silence: "wrong",
    },
  ];
}

/** Where a rule of the bus tells people of insights, rather than the programs. */
export function insightAlarms(settings: Settings): readonly AlarmSpecification[] {
  if (settings.notifier === "sns") return [];
  const section = "OpsledgerInsightsUntold";
  return [
    {
      id: "InsightsFail",
      says: "EventBridge cannot send insights to their topic; it tries again.",
      section,
      metric: new Metric({
        namespace: "AWS/Events",
        metricName: "FailedInvocations",
        dimensionsMap: { EventBusName: busName(settings), RuleName: insightsRuleName(settings) },
        statistic: Stats.SUM,
        period: fiveMinutes,
      }),
      threshold: 1,
      periods: 3,
    },
    {
      id: "InsightsUntold",
      says: "Insights of high risk did not reach their topic.",
      section,
      metric: waitingIn(settings, "InsightFailures"),
      threshold: 1,
    },
  ];
}
