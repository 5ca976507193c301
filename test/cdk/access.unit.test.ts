/** What each program of a deployment may do: exactly this. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { resourceRights } from "../../cdk/lib/access.js";
import { programs, tableRights } from "../../cdk/lib/rights.js";
import type { Program, TableRight } from "../../cdk/lib/rights.js";
import { tableNames, tables } from "../../src/store/tables.js";
import { allowedOf, functionOf, linesOf, roleOf } from "./roles.js";
import type { Allowed } from "./roles.js";
import { contexts, deploymentOf, resourcesOf } from "./support.js";
import type { Context } from "./support.js";

function accessOf(program: Program, context: Context = contexts.dev): readonly Allowed[] {
  const { stacks, template } = deploymentOf(context);
  if (program === "service") {
    if (stacks.service === undefined) throw new Error("there are no containers");
    const service = template(stacks.service);
    const roles = Object.keys(resourcesOf(service, "AWS::IAM::Role"));
    return allowedOf(service, roles.find((id) => id.startsWith("TaskRole")) ?? "");
  }
  const of = template(program === "graphql" ? stacks.api : stacks.processing);
  return allowedOf(of, roleOf(functionOf(of, `opsledger-${program}`)));
}

const isOfTable = ({ to }: Allowed) => to.startsWith("table ");

const log = (name: string) => `${name}Logs: logs:CreateLogStream logs:PutLogEvents`;
const objects = ["Objects/*: s3:DeleteObject s3:GetObject s3:PutObject", "Objects: s3:ListBucket"];
const secret = "ProgramSecret: secretsmanager:GetSecretValue";
const credentials = "secretsmanager secret:opsledger/credentials/*: secretsmanager:GetSecretValue";
const dispatch = "ResearchQueue: sqs:GetQueueAttributes sqs:SendMessage";
const failures = (queue: string) => `${queue}: sqs:GetQueueAttributes sqs:GetQueueUrl sqs:SendMessage`;
/** ListStreams is about no stream in particular: Lambda asks for it on everything. */
const stream = (table: string) => [
  "*: dynamodb:ListStreams",
  `stream ${table}: dynamodb:DescribeStream dynamodb:GetRecords dynamodb:GetShardIterator`,
];

/** Everything but tables, in dev: no topic, no model. */
const others: Readonly<Record<Program, readonly string[]>> = {
  graphql: [
    log("Graphql"),
    ...objects,
    secret,
    "ResearchQueue: sqs:GetQueueAttributes",
    "ResearchDeadLetters: sqs:GetQueueAttributes",
  ],
  feeder: [log("Feeder"), ...stream("DomainEvents"), failures("FeederFailures")],
  projector: [log("Projector"), ...stream("DomainFeed")],
  reactor: [log("Reactor"), ...stream("DomainFeed"), secret, "Bus: events:PutEvents", dispatch],
  timers: [log("Timers"), secret, "Bus: events:PutEvents", dispatch],
  poller: [log("Poller"), ...objects, secret, credentials],
  researcher: [
    log("Researcher"),
    ...objects,
    secret,
    "ResearchQueue: sqs:ChangeMessageVisibility sqs:DeleteMessage sqs:GetQueueAttributes sqs:GetQueueUrl sqs:ReceiveMessage",
  ],
  archiver: [
    log("Archiver"),
    failures("ScheduleFailures"),
    "Archive/archive/*: s3:GetObject s3:PutObject",
    "Archive: s3:ListBucket",
  ],
  // Credentials are for who polls: there is a function for it.
  service: [
    ...objects,
    "ResearchQueue: sqs:ChangeMessageVisibility sqs:DeleteMessage sqs:GetQueueAttributes sqs:ReceiveMessage sqs:SendMessage",
    "ResearchDeadLetters: sqs:GetQueueAttributes",
  ],
};

const actions: Readonly<Record<TableRight, readonly string[]>> = {
  read: ["BatchGetItem", "ConditionCheckItem", "GetItem", "Query"],
  scan: ["Scan"],
  write: ["BatchWriteItem", "DeleteItem", "PutItem", "UpdateItem"],
};

/** What rights on tables come to, worked out once more. */
function tableLines(program: Program): readonly string[] {
  return linesOf(
    tableNames.flatMap((name) => {
      const rights = tableRights[program][name] ?? [];
      const onTable = rights.flatMap((right) => actions[right]);
      const onIndexes =
        tables[name].indexes.length === 0 ? [] : onTable.filter((one) => one === "Query" || one === "Scan");
      const to = (thing: string) => (action: string) => ({ action: `dynamodb:${action}`, to: `table ${thing}` });
      return [...onTable.map(to(name)), ...onIndexes.map(to(`${name}/index/*`))];
    }),
  );
}

describe("a program", () => {
  it.each(programs)("may do with tables what its rights say, with their indexes, and no more: %s", (program) => {
    expect(linesOf(accessOf(program).filter(isOfTable))).toEqual(tableLines(program));
  });

  it.each(programs)("may do nothing else but this: %s", (program) => {
    const rest = accessOf(program).filter((one) => !isOfTable(one));
    expect(linesOf(rest)).toEqual([...others[program]].sort());
  });

  it.each(programs)("tells people, and asks a model, only where the settings say so: %s", (program) => {
    const dev = new Set(linesOf(accessOf(program).filter((one) => !isOfTable(one))));
    const more = linesOf(accessOf(program, contexts.prod).filter((one) => !isOfTable(one))).filter(
      (line) => !dev.has(line),
    );
    const mayTell = resourceRights[program].includes("notify");
    expect(more).toEqual(
      mayTell
        ? [
            "Insights: sns:Publish",
            // In whichever region of Europe the profile leads to.
            "arn:${AWS::Partition}:bedrock:*::foundation-model/amazon.nova-lite-v1:0: bedrock:InvokeModel",
            "bedrock inference-profile/eu.amazon.nova-lite-v1:0: bedrock:InvokeModel",
          ]
        : [],
    );
  });

  it("that runs the publisher may publish, and no other", () => {
    const source = (program: Program) => readFileSync(`src/lambda/${program}.ts`, "utf8");
    const running = programs.filter((program) => program !== "service" && source(program).includes('"PUBLISHER"'));
    expect(running).toEqual(["reactor", "timers"]);
    expect(programs.filter((program) => resourceRights[program].includes("publish"))).toEqual(running);
  });

  it("that looks after all processors may do what they need elsewhere", () => {
    expect(resourceRights.timers).toEqual(expect.arrayContaining([...resourceRights.reactor]));
  });

  it("polls with people's credentials in a container where no function does", () => {
    const context = { pollerFunction: "false", archiveAfterDays: "0" };
    expect(linesOf(accessOf("service", context))).toContain(credentials);
  });

  it.each(programs)("is told where the secret is only if it may read it: %s", (program) => {
    if (program === "service") return;
    const { stacks, template } = deploymentOf(contexts.dev);
    const of = template(program === "graphql" ? stacks.api : stacks.processing);
    const { Environment } = functionOf(of, `opsledger-${program}`).Properties;
    expect(JSON.stringify(Environment).includes("SECRETS_ARN")).toBe(resourceRights[program].includes("secret"));
  });
});
