/**
 * The scripts of examples/operations, which speak to an account of AWS: they are run with a stand-in for the AWS CLI, which answers as it
 * would and notes what it is asked.
 */
import { execFile, spawnSync } from "node:child_process";
import { chmod, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isAllowed } from "../cdk/lib/access.js";
import { programs } from "../cdk/lib/rights.js";
import { tables } from "../src/store/tables.js";

const run = promisify(execFile);
const folder = join(import.meta.dirname, "..", "examples", "operations");
const has = (program: string, argument = "--version") => spawnSync(program, [argument]).status === 0;

const secretArn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:ProgramSecret";
const secret = { AUTH_SECRET: "signs-tokens", CURSOR_SECRET: "signs-cursors", INTEGRATION_KEY: "key" };
const answers: Readonly<Record<string, string>> = {
  "cloudformation describe-stacks": secretArn,
  "secretsmanager get-secret-value": JSON.stringify(secret),
  "ecs list-clusters": "arn:cluster/ServiceStack-Cluster",
  "ecs list-services": "arn:service/ServiceStack-Service",
};

/** Notes its arguments, and what a file that it is given holds. */
const standIn = `#!/usr/bin/env node
const { appendFileSync, existsSync, readFileSync } = require("node:fs");
const { join } = require("node:path");
const said = process.argv.slice(2);
const files = said.filter((text) => text.startsWith("file://")).map((text) => readFileSync(text.slice(7), "utf8"));
appendFileSync(join(__dirname, "calls.jsonl"), JSON.stringify({ said, files }) + "\\n");
const answer = ${JSON.stringify(answers)}[said.slice(0, 2).join(" ")];
if (answer !== undefined) console.log(answer);
`;

interface Call {
  readonly said: readonly string[];
  readonly files: readonly string[];
}

let place: string;

/** What a script asks the AWS CLI, and what it prints at its end. */
async function calls(script: string, more = ""): Promise<{ readonly asked: readonly Call[]; readonly output: string }> {
  await rm(join(place, "calls.jsonl"), { force: true });
  const text = await readFile(join(folder, script), "utf8");
  const { stdout } = await run("bash", ["-euo", "pipefail", "-c", `${text}\n${more}`], {
    cwd: place,
    env: { PATH: `${place}:${process.env["PATH"] ?? ""}`, SECRET_ARN: secretArn },
  });
  const noted = await readFile(join(place, "calls.jsonl"), "utf8");
  return { asked: noted.trim().split("\n").map(toCall), output: stdout };
}

const toCall = (line: string): Call => JSON.parse(line) as Call;
const optionOf = ({ said }: Call, name: string) => said[said.indexOf(name) + 1];

beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), "opsledger-operations-"));
  await writeFile(join(place, "aws"), standIn);
  await chmod(join(place, "aws"), 0o755);
});
afterAll(() => rm(place, { recursive: true, force: true }));

it("the log comes back with the stream that its table is declared with", async () => {
  const { asked } = await calls("restore-log.sh");
  const [first] = asked;
  expect(first && optionOf(first, "--source-table-name")).toBe("domain-events");
  const streams = asked.find(({ said }) => said.includes("--stream-specification"));
  expect(streams && optionOf(streams, "--stream-specification")).toBe(
    `StreamEnabled=true,StreamViewType=${tables["domain-events"].stream}`,
  );
});

it("a stack whose first deployment failed is deleted once nothing protects it", async () => {
  const { asked } = await calls("delete-failed-stack.sh");
  expect(asked.map(({ said }) => said.slice(0, 3).join(" "))).toEqual([
    "cloudformation update-termination-protection --no-enable-termination-protection",
    "dynamodb update-table --no-deletion-protection-enabled",
    "cloudformation delete-stack --stack-name",
  ]);
  expect(Object.keys(tables)).toContain(asked[1] && optionOf(asked[1], "--table-name"));
});

describe.skipIf(!has("jq") || !has("openssl", "version"))("where jq and openssl are installed", () => {
  it("whoever may read the secret has the key of tokens", async () => {
    const { asked, output } = await calls("first-token.sh", 'echo "$AUTH_SECRET"');
    expect(output.trim()).toBe(secret.AUTH_SECRET);
    expect(asked.map((call) => optionOf(call, "--secret-id"))).toContain(secretArn);
  });

  it("a new secret of cursors has the one before beside it, all others stay, and no file is left", async () => {
    const { asked } = await calls("change-secret.sh");
    const put = asked.find(({ said }) => said[1] === "put-secret-value");
    const { CURSOR_SECRET, ...others } = JSON.parse(put?.files[0] ?? "") as Record<string, string>;
    expect(CURSOR_SECRET).toMatch(/^[\w+/]{43}=$/);
    expect(others).toEqual({
      AUTH_SECRET: secret.AUTH_SECRET,
      INTEGRATION_KEY: secret.INTEGRATION_KEY,
      CURSOR_SECRET_PREVIOUS: secret.CURSOR_SECRET,
    });
    expect(await readdir(place)).not.toContain("secret.json");
  });
});

it("every program that reads the secret is started anew", async () => {
  const { asked } = await calls("restart-programs.sh");
  const restarted = asked.flatMap((call) => (call.said[0] === "lambda" ? [optionOf(call, "--function-name")] : []));
  expect(restarted).toEqual(
    programs.filter((program) => isAllowed(program, "secret")).map((program) => `opsledger-${program}`),
  );
  const service = asked.find(({ said }) => said[1] === "update-service");
  expect(service?.said).toContain("--force-new-deployment");
});
