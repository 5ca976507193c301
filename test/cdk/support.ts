/** What template tests share: the whole app, synthesised once for each settings that they ask for. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "aws-cdk-lib";
import type { Stack } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { z } from "zod";
import { buildApp } from "../../cdk/lib/app.js";
import { programs } from "../../cdk/lib/rights.js";
import { parseSettings } from "../../cdk/lib/settings.js";
import type { Settings } from "../../cdk/lib/settings.js";

export type Stacks = ReturnType<typeof buildApp>;

export interface Deployment {
  readonly settings: Settings;
  readonly stacks: Stacks;
  readonly template: (stack: Stack) => Template;
}

/** As on the command line: `{ stage: "prod" }`. */
export type Context = Readonly<Record<string, string>>;

/** A deployment of each stage: synthesising one takes a second, so that tests share these where they can. Prod has every setting. */
export const contexts = {
  dev: {},
  staging: { stage: "staging", prefix: "staging-", containers: "0" },
  prod: {
    stage: "prod",
    containers: "2",
    certificateArn: "arn:aws:acm:eu-west-1:123456789012:certificate/1",
    publicUrl: "https://ops.example.com",
    jwksUrl: "https://id.example/keys",
    issuer: "https://id.example",
    audience: "opsledger",
    alarmEmail: "ops@example.com",
    notifier: "sns",
    bedrockModel: "eu.amazon.nova-lite-v1:0",
    secretVariables: "WEBHOOK_GITHUB_SECRET",
  },
} as const satisfies Readonly<Record<Settings["stage"], Context>>;

export function settingsOf(context: Context = {}): Settings {
  return parseSettings(context);
}

const deployments = new Map<string, Deployment>();

/** The app with these settings. Files of one worker share it, so it must not be changed. */
export function deploymentOf(context: Context = {}): Deployment {
  const key = JSON.stringify(Object.entries(context).sort());
  const made = deployments.get(key) ?? withStubs((stubs) => synthesise(context, stubs));
  deployments.set(key, made);
  return made;
}

function synthesise(context: Context, { folder, ...stubs }: Stubs): Deployment {
  const settings = settingsOf({ ...stubs, ...context });
  const app = new App({
    outdir: join(folder, "cdk.out"),
    // Assets stay where they are.
    context: { ...cdkFlags(), "aws:cdk:disable-asset-staging": true },
    // Takes seconds; `npm run synth` has it, and fails on what it finds.
    builtinCloudFormationValidation: false,
    treeMetadata: false,
  });
  const stacks = buildApp({ app, settings });
  const all = Object.values(stacks).filter((stack) => stack !== undefined);
  const templates = new Map<Stack, Template>(all.map((stack) => [stack, Template.fromStack(stack)]));
  const template = (stack: Stack) => {
    const found = templates.get(stack);
    if (found === undefined) throw new Error(`${stack.stackName} is not of this deployment`);
    return found;
  };
  return { settings, stacks, template };
}

/** CloudFormation, as far as tests look into it. */
export interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly DeletionPolicy?: string;
}

/** All resources of a type, by their logical ids. */
export function resourcesOf(template: Template, type: string): Readonly<Record<string, Resource>> {
  // What CloudFormation calls a resource; the library says no more of it than that it is an object.
  return template.findResources(type) as Readonly<Record<string, Resource>>;
}

export const Statement = z.object({
  Sid: z.string().optional(),
  Effect: z.string(),
  Action: z.union([z.string(), z.array(z.string())]).transform((actions) => [actions].flat()),
  Resource: z
    .unknown()
    .optional()
    .transform((resources) => (resources === undefined ? [] : [resources].flat())),
  Principal: z.unknown().optional(),
  Condition: z.unknown().optional(),
});
export type Statement = z.output<typeof Statement>;

/** The statements of every policy document in a template, whosever they are, with the id of what has them. */
export function statementsOf(template: Template): readonly (Statement & { readonly of: string })[] {
  const { Resources: resources = {} } = template.toJSON() as {
    readonly Resources?: Readonly<Record<string, Resource>>;
  };
  return Object.entries(resources).flatMap(([of, { Properties }]) =>
    documentsIn(Properties).flatMap((statements) => statements.map((one) => ({ of, ...Statement.parse(one) }))),
  );
}

function documentsIn(value: unknown): readonly (readonly unknown[])[] {
  if (typeof value !== "object" || value === null) return [];
  if ("Statement" in value && Array.isArray(value.Statement)) return [value.Statement];
  return Object.values(value).flatMap(documentsIn);
}

/** Text of an intrinsic function with its references as names: `arn:${AWS::Partition}:dynamodb:...`. */
export function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value !== "object" || value === null) return String(value);
  const [[name, inner] = ["", undefined]] = Object.entries(value);
  if (name === "Fn::Join" && Array.isArray(inner) && Array.isArray(inner[1])) {
    return inner[1].map(textOf).join(textOf(inner[0]));
  }
  if (name === "Ref") return `\${${textOf(inner)}}`;
  if (name === "Fn::GetAtt" && Array.isArray(inner)) return `\${${inner.map(textOf).join(".")}}`;
  if (name === "Fn::ImportValue" || name === "Fn::Sub") return `\${${textOf(inner)}}`;
  return JSON.stringify(value);
}

function cdkFlags(): Readonly<Record<string, unknown>> {
  const { context } = z
    .object({ context: z.record(z.string(), z.unknown()) })
    .parse(JSON.parse(readFileSync("cdk.json", "utf8")));
  return context;
}

interface Stubs {
  readonly folder: string;
  readonly bundles: string;
  readonly image: string;
}

/** Bundles and an image that hold nothing: templates only say where they are. The folder is gone afterwards. */
function withStubs<Result>(use: (stubs: Stubs) => Result): Result {
  const folder = mkdtempSync(join(tmpdir(), "opsledger-cdk-"));
  try {
    const bundles = join(folder, "bundles");
    for (const program of programs) {
      mkdirSync(join(bundles, program), { recursive: true });
      writeFileSync(join(bundles, program, "index.mjs"), "export const handler = async () => undefined;\n");
    }
    const image = join(folder, "image");
    mkdirSync(image);
    writeFileSync(join(image, "Dockerfile"), "FROM scratch\n");
    return use({ folder, bundles, image });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
