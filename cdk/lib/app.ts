/** All stacks of a deployment, in their order. */
import { Tags } from "aws-cdk-lib";
import type { App, Environment } from "aws-cdk-lib";
import { ApiStack } from "./api-stack.js";
import { CoreStack } from "./core-stack.js";
import { DatabaseStack } from "./database-stack.js";
import { IntelligenceStack } from "./intelligence-stack.js";
import { MonitoringStack } from "./monitoring-stack.js";
import { stackName } from "./names.js";
import { ProcessingStack } from "./processing-stack.js";
import { retentionOf } from "./retention.js";
import { ServiceStack } from "./service-stack.js";
import type { Settings } from "./settings.js";

export interface AppOptions {
  readonly app: App;
  readonly settings: Settings;
  /** Account and region. @default whatever the stacks are deployed to */
  readonly env?: Environment | undefined;
}

export function buildApp({ app, settings, env }: AppOptions) {
  const common = {
    settings,
    ...(env === undefined ? {} : { env }),
    terminationProtection: retentionOf(settings).isProtected,
  };
  const core = new CoreStack(app, stackName(settings, "CoreStack"), {
    ...common,
    description: "Core infrastructure for Intelligent Operations Dashboard",
  });
  const database = new DatabaseStack(app, stackName(settings, "DatabaseStack"), {
    ...common,
    description: "DynamoDB tables of the ledger, among them those for metrics and insights",
  });
  const intelligence = new IntelligenceStack(app, stackName(settings, "IntelligenceStack"), {
    ...common,
    description: "Bus of published events, AI inference and alerting",
  });
  const parts = { ...common, core, database, intelligence };
  const api = new ApiStack(app, stackName(settings, "ApiStack"), {
    ...parts,
    description: "GraphQL and webhooks over HTTP",
  });
  const processing = new ProcessingStack(app, stackName(settings, "ProcessingStack"), {
    ...parts,
    description: "Functions on streams, on the queue and on schedules",
    publicUrl: settings.publicUrl ?? api.url,
  });
  const service =
    settings.containers === 0
      ? undefined
      : new ServiceStack(app, stackName(settings, "ServiceStack"), {
          ...parts,
          description: "Containers: subscriptions, and timers to the second",
        });
  const monitoring = new MonitoringStack(app, stackName(settings, "MonitoringStack"), {
    ...common,
    ...{ watched: [core, database, intelligence, processing], api, service },
    description: "Alarms and a dashboard",
  });
  Tags.of(app).add("project", "opsledger");
  Tags.of(app).add("stage", settings.stage);
  return { core, database, intelligence, api, processing, service, monitoring };
}
