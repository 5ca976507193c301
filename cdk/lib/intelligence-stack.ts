/** The bus of published events, with an archive, and who is told of insights. The stack has the name of seed 001. */
import { CfnOutput, Duration, Stack } from "aws-cdk-lib";
import * as events from "aws-cdk-lib/aws-events";
import * as targets from "aws-cdk-lib/aws-events-targets";
import * as sns from "aws-cdk-lib/aws-sns";
import type * as sqs from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import { busName, exportName, insightsRuleName } from "./names.js";
import { createDeadLetterQueue } from "./queues.js";
import { retentionOf } from "./retention.js";
import type { Settings } from "./settings.js";
import type { OpsledgerStackProps } from "./stack-props.js";

/** What begins the sources of all published events (`opsledger.incidents`). */
const sources = "opsledger.";

export class IntelligenceStack extends Stack {
  /** Where the publisher puts events. Who wants to hear of some adds a rule. */
  readonly bus: events.EventBus;
  /** For people: of insights of high risk, or of all that they are told (`notifier=sns`). */
  readonly insightsTopic: sns.Topic;

  constructor(scope: Construct, id: string, { settings, ...props }: OpsledgerStackProps) {
    super(scope, id, props);
    this.bus = new events.EventBus(this, "Bus", {
      eventBusName: busName(settings),
      description: "Events that Opsledger publishes",
    });
    this.bus.archive("BusArchive", {
      description: "Published events, to be replayed to a consumer that was added later or has lost some",
      eventPattern: { source: events.Match.prefix(sources) },
      retention: Duration.days(retentionOf(settings).busArchiveDays),
    });
    this.insightsTopic = new sns.Topic(this, "Insights", { displayName: "Opsledger insights", enforceSSL: true });
    // Else the programs tell of them themselves.
    if (settings.notifier !== "sns") {
      this.tellOfInsights(settings, createDeadLetterQueue(this, "InsightFailures", settings));
    }
    const outputs: Readonly<Record<string, readonly [string, string]>> = {
      EventBusName: [this.bus.eventBusName, "Bus of published events"],
      EventBusArn: [this.bus.eventBusArn, "ARN of the bus"],
      InsightsTopicArn: [this.insightsTopic.topicArn, "Subscribe here to be told of insights"],
    };
    for (const [output, [value, description]] of Object.entries(outputs)) {
      new CfnOutput(this, output, { value, description, exportName: exportName(settings, output) });
    }
  }

  /** A role may publish, rather than EventBridge as such: nobody else's rule can lead here. */
  private tellOfInsights(settings: Settings, failures: sqs.Queue): void {
    const { insightRisk } = settings;
    const field = (name: string) => events.EventField.fromPath(`$.detail.data.${name}`);
    new events.Rule(this, "InsightsOfHighRisk", {
      // By name, as a reference to a rule of this bus would be `bus|rule`, which no metric is counted under.
      ruleName: insightsRuleName(settings),
      eventBus: this.bus,
      description: `Insights of a risk of ${insightRisk} and more are sent to the topic`,
      eventPattern: {
        source: ["opsledger.insights"],
        detailType: ["InsightRaised"],
        detail: { data: { riskScore: events.Match.greaterThanOrEqual(insightRisk) } },
      },
      targets: [
        new targets.SnsTopic(this.insightsTopic, {
          authorizeUsingRole: true,
          message: events.RuleTargetInput.fromText(
            `${field("title")} (${field("entityType")} ${field("entityId")}, risk ${field("riskScore")} of 100). ${field("explanation")}`,
          ),
          deadLetterQueue: failures,
          maxEventAge: Duration.hours(6),
          retryAttempts: 20,
        }),
      ],
    });
  }
}
