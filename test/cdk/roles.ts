/** Roles of a template in short: what a program may do, as lines that people can read. */
import type { Template } from "aws-cdk-lib/assertions";
import { z } from "zod";
import { Statement, resourcesOf, textOf } from "./support.js";
import type { Resource } from "./support.js";

/** An action, and what it may be done to. */
export interface Allowed {
  readonly action: string;
  readonly to: string;
}

const Policy = z.object({
  PolicyDocument: z.object({ Statement: z.array(Statement) }),
  Roles: z.array(z.object({ Ref: z.string() })),
});

/** All that the role with this logical id may do; throws where it has managed policies, which nobody here has read. */
export function allowedOf(template: Template, roleId: string): readonly Allowed[] {
  const role = resourcesOf(template, "AWS::IAM::Role")[roleId];
  if (role === undefined) throw new Error(`there is no role ${roleId}`);
  if (role.Properties["ManagedPolicyArns"] !== undefined) throw new Error(`${roleId} has managed policies`);
  const policies = Object.values(resourcesOf(template, "AWS::IAM::Policy")).map(({ Properties }) =>
    Policy.parse(Properties),
  );
  return policies
    .filter(({ Roles }) => Roles.some(({ Ref }) => Ref === roleId))
    .flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
    .flatMap(({ Effect, Action, Resource: resources }) => {
      if (Effect !== "Allow") throw new Error(`${roleId} has a statement that is no permission`);
      return Action.flatMap((action) => resources.map((resource) => ({ action, to: nameOf(textOf(resource)) })));
    });
}

/** `table domain-events`, `Objects/*`, `stream DomainEvents`: references without what CDK and AWS put around them. */
function nameOf(text: string): string {
  const [, table] =
    /^arn:\$\{AWS::Partition\}:dynamodb:\$\{AWS::Region\}:\$\{AWS::AccountId\}:table\/(.+)$/.exec(text) ?? [];
  if (table !== undefined) return `table ${table}`;
  return text
    .replace(/^arn:\$\{AWS::Partition\}:([a-z0-9-]+):\$\{AWS::Region\}:\$\{AWS::AccountId\}:/, "$1 ")
    .replace(/\$\{[\w-]+:ExportsOutput(?:FnGetAtt|Ref)(\w+?)[0-9A-F]{8}StreamArn[0-9A-F]{8}\}/, "stream $1")
    .replace(/\$\{[\w-]+:ExportsOutput(?:FnGetAtt|Ref)(\w+?)[0-9A-F]{8}(?:Arn)?[0-9A-F]{8}\}/, "$1")
    .replace(/\$\{(\w+?)[0-9A-F]{8}(?:\.Arn)?\}/, "$1");
}

/** One line for each thing: `Objects/*: s3:DeleteObject s3:GetObject`. */
export function linesOf(allowed: readonly Allowed[]): readonly string[] {
  const byThing = new Map<string, Set<string>>();
  for (const { action, to } of allowed) byThing.set(to, (byThing.get(to) ?? new Set()).add(action));
  return [...byThing].map(([to, actions]) => `${to}: ${[...actions].sort().join(" ")}`).sort();
}

/** The function of a program, by its name. */
export function functionOf(template: Template, name: string): Resource {
  const found = Object.values(resourcesOf(template, "AWS::Lambda::Function")).find(
    ({ Properties }) => Properties["FunctionName"] === name,
  );
  if (found === undefined) throw new Error(`there is no function ${name}`);
  return found;
}

const RoleOfFunction = z.object({ Role: z.object({ "Fn::GetAtt": z.tuple([z.string(), z.literal("Arn")]) }) });

export function roleOf({ Properties }: Resource): string {
  return RoleOfFunction.parse(Properties).Role["Fn::GetAtt"][0];
}
