/** Synthesises the stacks: `npm run synth`, or `npx cdk deploy --all -c stage=prod`. */
import { App } from "aws-cdk-lib";
import { buildApp } from "../lib/app.js";
import { parseSettings, SettingsError } from "../lib/settings.js";

/** A variable; one that is set and empty counts as absent, as some CI systems set all they know. */
const given = (name: string) => (process.env[name] === "" ? undefined : process.env[name]);

const account = given("CDK_DEFAULT_ACCOUNT");
const region = given("CDK_DEFAULT_REGION") ?? "us-east-1";
const app = new App();
try {
  const settings = parseSettings(app.node.getAllContext());
  buildApp({ app, settings, env: { ...(account === undefined ? {} : { account }), region } });
  app.synth();
} catch (error) {
  if (!(error instanceof SettingsError)) throw error;
  // What a person can mend is told in sentences, without a stack.
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
