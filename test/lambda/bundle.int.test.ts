/** The bundles as they are deployed: that they run, in processes of their own that find no package, on the real engine. */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { getIntrospectionQuery, introspectionFromSchema } from "graphql";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { programs } from "../../cdk/lib/rights.js";
import { createStreamsClient } from "../../src/store/dynamodb/client.js";
import type { DynamoDb } from "../../src/store/dynamodb/client.js";
import { ensureTables } from "../../src/store/dynamodb/createTables.js";
import { createDynamoDbChangeFeed } from "../../src/store/feed/changeFeed.js";
import { prefixed } from "../../src/store/tables.js";
import { codec } from "../../src/server/codec.js";
import { buildSchema } from "../../src/server/graphqlFront.js";
import { bearer, tokenOf } from "../server/auth/support/tokens.js";
import { startTestEngine } from "../support/engine.js";
import type { TestEngine } from "../support/engine.js";
import { gatewayEvent, variablesFor } from "./support/functions.js";
import type { GatewayRequest } from "./support/functions.js";
import { eventOf, readLogStream } from "./support/streams.js";

const digestOf = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");
const run = promisify(execFile);
const root = new URL("../../", import.meta.url).pathname;

let folder: string;
let engine: TestEngine;
let db: DynamoDb;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "opsledger-bundle-"));
  const bundling = run(process.execPath, ["scripts/bundle.mjs", "--only", "graphql,feeder", "--out", folder], {
    cwd: root,
  });
  engine = await startTestEngine();
  db = engine.db({ tableName: prefixed("") });
  await Promise.all([bundling, ensureTables(db)]);
});

afterAll(async () => {
  await engine.close();
  await rm(folder, { recursive: true, force: true });
});

/** What the first event of a new environment gets. */
async function invoke(program: string, event: object): Promise<unknown> {
  const file = join(folder, `${program}.json`);
  await writeFile(file, JSON.stringify(event));
  const { stdout } = await run(process.execPath, [join(root, "scripts/invoke.mjs"), join(folder, program), file], {
    cwd: folder,
    env: { ...variablesFor(engine.engine.endpoint ?? ""), DATA_DIR: join(folder, "data") },
    maxBuffer: 32_000_000,
  });
  return (JSON.parse(stdout) as { readonly answer: unknown }).answer;
}

const ask = async (request: GatewayRequest) =>
  (await invoke("graphql", gatewayEvent(request))) as APIGatewayProxyStructuredResultV2;
const asked = async (query: string): Promise<unknown> => {
  const headers = bearer(await tokenOf({ claims: { roles: ["ADMIN"], projects: "*" } }));
  const { body = "" } = await ask({ body: JSON.stringify({ query }), headers });
  return (JSON.parse(body) as { readonly data: unknown }).data;
};

const everything = {
  ...{ specifiedByUrl: true, directiveIsRepeatable: true, schemaDescription: true },
  ...{ inputValueDeprecation: true, oneOf: true, experimentalDirectiveDeprecation: false },
};

describe("the bundle of graphql", () => {
  it("serves the schema with the names that it has", async () => {
    const served = await asked(getIntrospectionQuery(everything));
    expect(served).toEqual(introspectionFromSchema(buildSchema(), everything));
  });

  it("shows the playground that was made when it was bundled", async () => {
    const answer = await ask({ method: "GET", headers: { accept: "text/html", "content-type": undefined } });
    expect(answer).toMatchObject({ statusCode: 200, isBase64Encoded: true });
    const page = await readFile(join(folder, "graphql", "playground.html.gz"));
    expect(Buffer.from(answer.body ?? "", "base64").equals(page)).toBe(true);
  });
});

describe("the bundle of feeder", () => {
  it("feeds what the bundle of graphql has written", async () => {
    await asked(
      `mutation { declareIncident(input: { title: "Down", severity: P1, services: ["a"] }) { incident { id } } }`,
    );
    const streams = createStreamsClient(engine.engine);
    const records = await readLogStream(db, streams)();
    streams.destroy();
    expect(await invoke("feeder", eventOf(records))).toEqual({ batchItemFailures: [] });
    const heads = await createDynamoDbChangeFeed({ db, codec, logs: 4 }).head();
    expect(heads.reduce((sum, head) => sum + head, 0)).toBe(1);
  });
});

it("is the same for the same code, byte for byte", async () => {
  const digests = async () => {
    const names = await readdir(join(folder, "feeder"), { recursive: true });
    const files = names.filter((name) => name.endsWith(".mjs")).toSorted();
    return Promise.all(files.map(async (name) => [name, digestOf(await readFile(join(folder, "feeder", name)))]));
  };
  const first = await digests();
  await run(process.execPath, ["scripts/bundle.mjs", "--only", "feeder", "--out", folder], { cwd: root });
  expect(await digests()).toEqual(first);
});

it("is made of every program that is a function", async () => {
  const { stdout } = await run(process.execPath, ["scripts/bundle.mjs", "--list"], { cwd: root });
  expect(stdout.trim().split("\n").toSorted()).toEqual(programs.filter((program) => program !== "service").toSorted());
});
