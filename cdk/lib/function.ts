/** One way to make a function: its bundle, a role of its own, a log group that ends, and nothing that it does not need. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { Duration } from "aws-cdk-lib";
import * as iam from "aws-cdk-lib/aws-iam";
import * as lambda from "aws-cdk-lib/aws-lambda";
import type { Construct } from "constructs";
import { grantProgram } from "./access.js";
import type { Parts } from "./access.js";
import { environmentOf, partsOf } from "./environment.js";
import { createLogGroup } from "./logs.js";
import type { Program } from "./rights.js";
import type { Settings } from "./settings.js";

/** All programs but the container. */
export type FunctionProgram = Exclude<Program, "service">;

/** How large each is, and how long it may run. Time is a bound, not a price; memory is a price, and brings CPU with it. */
export const sizes: Readonly<Record<FunctionProgram, { readonly megabytes: number; readonly seconds: number }>> = {
  // API Gateway waits for 30 seconds at most.
  graphql: { megabytes: 1024, seconds: 29 },
  feeder: { megabytes: 512, seconds: 60 },
  projector: { megabytes: 512, seconds: 120 },
  reactor: { megabytes: 512, seconds: 120 },
  // Both end before the next minute calls them again.
  timers: { megabytes: 512, seconds: 55 },
  poller: { megabytes: 512, seconds: 58 },
  researcher: { megabytes: 1024, seconds: 900 },
  archiver: { megabytes: 512, seconds: 900 },
};

/** Those that the settings ask for. */
export function functionPrograms({ pollerFunction, archiveAfterDays }: Settings): readonly FunctionProgram[] {
  const all = Object.keys(sizes) as FunctionProgram[];
  const isAsked = (program: FunctionProgram) =>
    (program !== "poller" || pollerFunction) && (program !== "archiver" || archiveAfterDays > 0);
  return all.filter(isAsked);
}

/** The bundles are made for Node 20, whose runtime takes no new functions any more; they run on its successor unchanged. */
const runtime = lambda.Runtime.NODEJS_22_X;

/** There is no bundle of a program where the settings say that it is. */
export class BundleMissingError extends Error {
  constructor(folder: string) {
    super(
      `There is no function in ${folder}: run \`npm run bundle\` first, or say where it is with \`-c bundles=<folder>\``,
    );
    this.name = "BundleMissingError";
  }
}

/**
 * Creates the function of a program. Its role may write its own log and do what {@link grantProgram} says. No concurrency is reserved:
 * leases and conditional writes keep programs apart, and an account that is new has ten runs at a time in all, of which none can be
 * reserved. @throws BundleMissingError
 */
export function createFunction(
  scope: Construct,
  program: FunctionProgram,
  { parts, environment = {} }: { readonly parts: Parts; readonly environment?: Readonly<Record<string, string>> },
): lambda.Function {
  const { settings } = parts;
  const name = functionName(settings, program);
  const { megabytes, seconds } = sizes[program];
  const logGroup = createLogGroup(scope, idOf(program, "Logs"), { name: `/aws/lambda/${name}`, settings });
  const role = new iam.Role(scope, idOf(program, "Role"), {
    assumedBy: new iam.ServicePrincipal("lambda.amazonaws.com"),
    description: `What the function ${name} may do`,
  });
  role.addToPolicy(
    new iam.PolicyStatement({
      actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
      resources: [logGroup.logGroupArn],
    }),
  );
  grantProgram(role, program, parts);
  return new lambda.Function(scope, idOf(program, "Function"), {
    functionName: name,
    description: `Opsledger: ${program}`,
    runtime,
    architecture: lambda.Architecture.ARM_64,
    handler: "index.handler",
    code: lambda.Code.fromAsset(bundleOf(settings.bundles, program)),
    memorySize: megabytes,
    timeout: Duration.seconds(seconds),
    environment: { ...environmentOf(program, settings, partsOf(parts.core, parts.intelligence)), ...environment },
    role,
    logGroup,
    tracing: lambda.Tracing.DISABLED,
  });
}

/** `opsledger-graphql`. */
export function functionName({ prefix }: Pick<Settings, "prefix">, program: FunctionProgram): string {
  return `${prefix}opsledger-${program}`;
}

function bundleOf(bundles: string, program: FunctionProgram): string {
  const folder = join(bundles, program);
  if (!existsSync(join(folder, "index.mjs"))) throw new BundleMissingError(folder);
  return folder;
}

/** `GraphqlFunction`. */
function idOf(program: FunctionProgram, what: string): string {
  return `${program.charAt(0).toUpperCase()}${program.slice(1)}${what}`;
}
