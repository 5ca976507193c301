/** What things are called on AWS: the names of seed 001, behind the prefix of the deployment. */
import { prefixed } from "../../src/store/tables.js";
import type { NameMap } from "../../src/store/tables.js";
import type { Settings } from "./settings.js";

/** The project's name in seed 001, in the names of its stacks and exports. */
const project = "IOpsDashboard";

type Prefixed = Pick<Settings, "prefix">;

/** `IOpsDashboard-CoreStack`. */
export function stackName({ prefix }: Prefixed, stack: string): string {
  return `${prefix}${project}-${stack}`;
}

/** `IOpsDashboard-MetricsTableName`. */
export function exportName({ prefix }: Prefixed, output: string): string {
  return `${prefix}${project}-${output}`;
}

/** Names of tables, as the programs make them from TABLE_PREFIX. */
export function tableNameOf({ prefix }: Prefixed): NameMap {
  return prefixed(prefix);
}

/** The bus that events are published on. */
export function busName({ prefix }: Prefixed): string {
  return `${prefix}opsledger`;
}

/** The rule that sends insights to their topic. */
export function insightsRuleName({ prefix }: Prefixed): string {
  return `${prefix}opsledger-insights`;
}

/** The topic of alarms. */
export function alarmTopicName({ prefix }: Prefixed): string {
  return `${prefix}opsledger-alarms`;
}

/** All queues, by their ids in the stacks. */
export type QueueId =
  "ResearchQueue" | "ResearchDeadLetters" | "FeederFailures" | "ScheduleFailures" | "InsightFailures";

/** `opsledger-FeederFailures`. */
export function queueName({ prefix }: Prefixed, id: QueueId): string {
  return `${prefix}opsledger-${id}`;
}

/** What names of people's credentials begin with in Secrets Manager. The secret of the programs is not below it. */
export function credentialsPrefix({ prefix }: Prefixed): string {
  return `${prefix}opsledger/credentials/`;
}
