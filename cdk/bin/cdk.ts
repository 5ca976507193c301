/** Synthesises the stacks: `npm run synth`, or `npx cdk deploy --all -c stage=prod`. */
import { App } from "aws-cdk-lib";
import { buildApp } from "../lib/app.js";
import { parseSettings } from "../lib/settings.js";

const { CDK_DEFAULT_ACCOUNT: account, CDK_DEFAULT_REGION: region = "us-east-1" } = process.env;
const app = new App();
const settings = parseSettings(app.node.getAllContext());
buildApp({ app, settings, env: { ...(account === undefined ? {} : { account }), region } });
app.synth();
