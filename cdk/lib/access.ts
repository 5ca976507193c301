/** What each program may do besides reading and writing tables, and what that comes to in actions. */
import { ArnFormat, Stack } from "aws-cdk-lib";
import * as iam from "aws-cdk-lib/aws-iam";
import type { CoreStack } from "./core-stack.js";
import type { DatabaseStack } from "./database-stack.js";
import { grantModel, grantTables } from "./grants.js";
import type { IntelligenceStack } from "./intelligence-stack.js";
import { credentialsPrefix } from "./names.js";
import { tableRights } from "./rights.js";
import type { Program } from "./rights.js";
import type { Settings } from "./settings.js";

export type ResourceRight =
  /** Content that is too large for a row: read, written, deleted. */
  | "objects"
  /** Incidents that ended long ago: written and read back, never deleted. */
  | "archive"
  /** Variables that are secret: a container is given them when it starts, and may not read more. */
  | "secret"
  /** What people have given to reach their services. */
  | "credentials"
  /** Events for others. */
  | "publish"
  /** Tells workers of research requests. */
  | "dispatch"
  /** Hears of research requests. */
  | "work"
  /** How many research requests wait. */
  | "depth"
  /** Tells people, where the settings say that a topic does. */
  | "notify"
  /** Asks the model that the settings name, if they do. */
  | "model";

/** What calls a function is not in here: a source of events (stream, queue) adds what it needs to the function's role. */
export const resourceRights: Readonly<Record<Program, readonly ResourceRight[]>> = {
  graphql: ["objects", "secret", "depth"],
  feeder: [],
  projector: [],
  reactor: ["secret", "publish", "dispatch", "notify", "model"],
  // It goes through all processors: what the reactor may do, it must be able to do, too.
  timers: ["secret", "publish", "dispatch", "notify", "model"],
  poller: ["objects", "secret", "credentials"],
  researcher: ["objects", "secret"],
  archiver: ["archive"],
  service: ["objects", "credentials", "dispatch", "work", "depth", "notify", "model"],
};

export function isAllowed(program: Program, right: ResourceRight): boolean {
  return resourceRights[program].includes(right);
}

/** What the rights are about. */
export interface Parts {
  readonly settings: Settings;
  readonly core: CoreStack;
  readonly database: DatabaseStack;
  readonly intelligence: IntelligenceStack;
}

/** Gives a program's role all that the program may do, and no more. */
export function grantProgram(role: iam.IRole, program: Program, parts: Parts): void {
  const { bedrockModel, pollerFunction } = parts.settings;
  grantTables(role, parts.database, tableRights[program]);
  for (const right of resourceRights[program]) {
    // Containers reach people's services only where no function does.
    if (right === "credentials" && program === "service" && pollerFunction) continue;
    if (right === "model" && bedrockModel !== undefined) grantModel(role, bedrockModel);
    for (const [actions, resources] of statementsOf(right, parts)) {
      role.addToPrincipalPolicy(new iam.PolicyStatement({ actions: [...actions], resources: [...resources] }));
    }
  }
}

type Statement = readonly [actions: readonly string[], resources: readonly string[]];

function statementsOf(right: ResourceRight, { settings, core, database, intelligence }: Parts): readonly Statement[] {
  switch (right) {
    case "objects":
      return [
        [["s3:GetObject", "s3:PutObject", "s3:DeleteObject"], [core.objects.arnForObjects("*")]],
        [["s3:ListBucket"], [core.objects.bucketArn]],
      ];
    case "archive":
      return [
        [["s3:GetObject", "s3:PutObject"], [core.archive.arnForObjects("archive/*")]],
        [["s3:ListBucket"], [core.archive.bucketArn]],
      ];
    case "secret":
      return [[["secretsmanager:GetSecretValue"], [core.secret.secretArn]]];
    case "credentials":
      return [[["secretsmanager:GetSecretValue"], [credentialArns(settings, database)]]];
    case "publish":
      return [[["events:PutEvents"], [intelligence.bus.eventBusArn]]];
    case "dispatch":
      return [[["sqs:SendMessage", "sqs:GetQueueAttributes"], [core.researchQueue.queueArn]]];
    case "work":
      return [
        [
          ["sqs:ReceiveMessage", "sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
          [core.researchQueue.queueArn],
        ],
      ];
    case "depth":
      return [[["sqs:GetQueueAttributes"], [core.researchQueue.queueArn, core.researchDeadLetters.queueArn]]];
    case "notify":
      return settings.notifier === "sns" ? [[["sns:Publish"], [intelligence.insightsTopic.topicArn]]] : [];
    case "model":
      return [];
  }
}

/** Everything below the prefix of credentials, which people add while the ledger runs. */
function credentialArns(settings: Settings, database: DatabaseStack): string {
  return Stack.of(database).formatArn({
    service: "secretsmanager",
    resource: "secret",
    resourceName: `${credentialsPrefix(settings)}*`,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
}
