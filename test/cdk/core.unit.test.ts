/** What the other stacks stand on: nothing is public, nothing is lost by accident, and no secret is in a template. */
import { Match } from "aws-cdk-lib/assertions";
import { describe, expect, it } from "vitest";
import { contexts, deploymentOf, resourcesOf, statementsOf, textOf } from "./support.js";
import type { Resource } from "./support.js";

type Stage = keyof typeof contexts;

const coreOf = (stage: Stage = "dev") => {
  const { stacks, template } = deploymentOf(contexts[stage]);
  return template(stacks.core);
};

/** The one whose id begins so. */
function one(resources: Readonly<Record<string, Resource>>, id: string): Resource {
  const found = Object.entries(resources).filter(([logicalId]) => new RegExp(`^${id}[0-9A-F]{8}$`).test(logicalId));
  const [[, resource] = []] = found;
  if (resource === undefined || found.length > 1) throw new Error(`there are ${found.length} of ${id}`);
  return resource;
}

describe("a bucket", () => {
  const bucketsOf = (stage: Stage = "dev") => resourcesOf(coreOf(stage), "AWS::S3::Bucket");

  it("is private, encrypted, and keeps what was overwritten", () => {
    const buckets = Object.values(bucketsOf());
    expect(buckets).toHaveLength(2);
    for (const { Properties } of buckets) {
      expect(Properties).toMatchObject({
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
        OwnershipControls: { Rules: [{ ObjectOwnership: "BucketOwnerEnforced" }] },
        VersioningConfiguration: { Status: "Enabled" },
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" } }],
        },
      });
    }
  });

  it("is reached by TLS 1.2 and newer only", () => {
    const denials = statementsOf(coreOf()).filter(({ Effect, Action }) => Effect === "Deny" && Action.includes("s3:*"));
    const conditions = denials.map(({ Condition }) => Condition);
    expect(
      conditions.filter((condition) => isEqual(condition, { Bool: { "aws:SecureTransport": "false" } })),
    ).toHaveLength(2);
    expect(
      conditions.filter((condition) => isEqual(condition, { NumericLessThan: { "s3:TlsVersion": 1.2 } })),
    ).toHaveLength(2);
  });

  it.each([
    ["Objects", "STANDARD_IA"],
    ["Archive", "GLACIER_IR"],
  ])("%s: what is large goes to %s after 30 days; leftovers go, and nothing else ever does", (id, later) => {
    const { Properties } = one(bucketsOf(), id);
    expect(Properties["LifecycleConfiguration"]).toEqual({
      TransitionDefaultMinimumObjectSize: "all_storage_classes_128K",
      Rules: [
        {
          Id: "large-objects-get-cheaper",
          Status: "Enabled",
          Transitions: [{ StorageClass: later, TransitionInDays: 30 }],
        },
        {
          Id: "leftovers-go",
          Status: "Enabled",
          NoncurrentVersionExpiration: { NoncurrentDays: 30 },
          AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
          ExpiredObjectDeleteMarker: true,
        },
      ],
    });
  });

  it.each([
    ["dev", "Delete", true],
    ["staging", "RetainExceptOnCreate", false],
    ["prod", "RetainExceptOnCreate", false],
  ] as const)("in %s: when the stack goes, %s; emptied before: %s", (stage, policy, isEmptied) => {
    const template = coreOf(stage);
    for (const { DeletionPolicy } of Object.values(resourcesOf(template, "AWS::S3::Bucket"))) {
      expect(DeletionPolicy).toBe(policy);
    }
    template.resourceCountIs("Custom::S3AutoDeleteObjects", isEmptied ? 2 : 0);
  });
});

describe("the secret of the programs", () => {
  const secretsOf = (stage: Stage = "dev") => resourcesOf(coreOf(stage), "AWS::SecretsManager::Secret");
  const valueOf = (stage: Stage = "dev") => one(secretsOf(stage), "ProgramSecret").Properties["SecretString"];

  it("is put together of values that AWS generates, each by itself", () => {
    const value = textOf(valueOf());
    const reference = (id: string) => `{{resolve:secretsmanager:\\$\\{${id}[0-9A-F]{8}\\}:SecretString:::}}`;
    expect(value).toMatch(
      new RegExp(
        `^{"AUTH_SECRET":"${reference("AuthSecret")}","CURSOR_SECRET":"${reference("CursorSecret")}",` +
          `"INTEGRATION_KEY":"${reference("IntegrationKey")}="}$`,
      ),
    );
  });

  it("has no value in the template: all but its references is names and punctuation", () => {
    const { ProgramSecret: _, ...generated } = Object.fromEntries(
      Object.entries(secretsOf()).map(([id, { Properties }]) => [id.replace(/[0-9A-F]{8}$/, ""), Properties]),
    );
    expect(Object.keys(generated)).toEqual(["AuthSecret", "CursorSecret", "IntegrationKey"]);
    for (const properties of Object.values(generated)) {
      expect(properties).not.toHaveProperty("SecretString");
      // 43 letters and digits and `=` are 32 bytes in base64, as the server asks for.
      expect(properties["GenerateSecretString"]).toEqual({ PasswordLength: 43, ExcludePunctuation: true });
    }
  });

  it("is never written anew by a setting: what operators have put into it stays", () => {
    // Of all settings, the two have few in common.
    for (const stage of ["staging", "prod"] as const) expect(valueOf(stage)).toEqual(valueOf("dev"));
  });

  it.each([
    ["dev", "Delete"],
    ["staging", "RetainExceptOnCreate"],
    ["prod", "RetainExceptOnCreate"],
  ] as const)("in %s: when the stack goes, %s: without the keys stored data is worth less", (stage, policy) => {
    for (const { DeletionPolicy } of Object.values(secretsOf(stage))) expect(DeletionPolicy).toBe(policy);
  });
});

describe("a queue", () => {
  const queues = () => resourcesOf(coreOf(), "AWS::SQS::Queue");

  it("is encrypted, and reached by TLS only", () => {
    expect(Object.keys(queues())).toHaveLength(3);
    for (const { Properties } of Object.values(queues())) expect(Properties["SqsManagedSseEnabled"]).toBe(true);
    const denials = statementsOf(coreOf()).filter(
      ({ Effect, Action }) => Effect === "Deny" && Action.includes("sqs:*"),
    );
    expect(denials.map(({ Condition }) => Condition)).toEqual(
      Array.from({ length: 3 }, () => ({ Bool: { "aws:SecureTransport": "false" } })),
    );
  });

  it("of research hides a message for longer than a function can run, and gives it up after 100 receives", () => {
    const { Properties } = one(queues(), "ResearchQueue");
    const researcherSeconds = 900;
    expect(Number(Properties["VisibilityTimeout"])).toBeGreaterThan(researcherSeconds);
    expect(Properties["RedrivePolicy"]).toMatchObject({ maxReceiveCount: 100 });
    expect(textOf(new Map(Object.entries(Properties["RedrivePolicy"] ?? {})).get("deadLetterTargetArn"))).toMatch(
      /^\$\{ResearchDeadLetters[0-9A-F]{8}\.Arn\}$/,
    );
    // What is sent again must arrive, so that it is no FIFO queue.
    expect(Properties).not.toHaveProperty("FifoQueue");
  });

  it.each(["ResearchDeadLetters", "FeederFailures"])("of what failed keeps it for 14 days: %s", (id) => {
    expect(one(queues(), id).Properties["MessageRetentionPeriod"]).toBe(14 * 24 * 3_600);
  });
});

describe("the topic of alarms", () => {
  it("takes alarms of this account, and nobody else's", () => {
    const allowed = statementsOf(coreOf()).filter(
      ({ Effect, Action }) => Effect === "Allow" && Action.includes("sns:Publish"),
    );
    expect(allowed).toMatchObject([
      {
        Principal: { Service: "cloudwatch.amazonaws.com" },
        Condition: { StringEquals: { "aws:SourceAccount": { Ref: "AWS::AccountId" } } },
      },
    ]);
  });

  it("tells whom the settings name, and nobody where they name nobody", () => {
    coreOf().resourceCountIs("AWS::SNS::Subscription", 0);
    coreOf("prod").hasResourceProperties("AWS::SNS::Subscription", {
      Protocol: "email",
      Endpoint: "ops@example.com",
      TopicArn: { Ref: Match.stringLikeRegexp("^Alarms") },
    });
  });
});

function isEqual(left: unknown, right: unknown): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}
