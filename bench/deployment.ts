/** Functions as they are deployed: how large they are, how long a cold start takes, and how long a warm call. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { SignJWT } from "jose";
import { createDynamoDb } from "../src/store/dynamodb/client.js";
import { ensureTables } from "../src/store/dynamodb/createTables.js";
import { startEngine } from "../src/store/engine/index.js";
import { prefixed } from "../src/store/tables.js";
import type { Row } from "./main.js";
import { median, percentile } from "./measure.js";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../..", import.meta.url));
const bundles = join(root, "dist/lambda");

/** New processes of which the median is taken. */
const coldStarts = 7;
const warmCalls = 60;

interface Size {
  readonly program: string;
  readonly startBytes: number;
  readonly startGzipBytes: number;
  readonly deployedBytes: number;
}

/** Bundles all functions, then starts each that has an event anew. */
export async function measureDeployment(show: (rows: readonly Row[]) => void): Promise<void> {
  await run(process.execPath, [join(root, "scripts/bundle.mjs")], { cwd: root });
  const sizes = JSON.parse(await readFile(join(bundles, "sizes.json"), "utf8")) as readonly Size[];
  show(sizes.map(toSizeRow));
  const dataDir = await mkdtemp(join(tmpdir(), "opsledger-functions-"));
  const engine = await startEngine({ dataDir, log: () => undefined });
  const db = createDynamoDb({ ...engine, tableName: prefixed("") });
  try {
    await ensureTables(db);
    const node = await measureNode(dataDir);
    for (const [program, event] of Object.entries(await eventsFor())) {
      if (!existsSync(join(bundles, program))) continue;
      show(await measureProgram({ program, event, node, dataDir, endpoint: engine.endpoint ?? "" }));
    }
  } finally {
    db.close();
    await engine.close();
    await rm(dataDir, { recursive: true, force: true });
  }
}

const kilobytes = (bytes: number) => `${Math.round(bytes / 1_024).toLocaleString("en")} kB`;
const milliseconds = (value: number) => `${value.toFixed(value < 10 ? 1 : 0)} ms`;

function toSizeRow({ program, startBytes, startGzipBytes, deployedBytes }: Size): Row {
  return {
    what: `function ${program}: code that a start reads`,
    value: `${kilobytes(startBytes)}, ${kilobytes(startGzipBytes)} gzip`,
    compared: `deployed ${kilobytes(deployedBytes)}`,
  };
}

const secret = "a secret of the benchmark, long enough";

/** An event of each program that answers it without having anything to do but to look. */
async function eventsFor(): Promise<Readonly<Record<string, object>>> {
  const token = await new SignJWT({ roles: ["VIEWER"], projects: "*" })
    .setProtectedHeader({ alg: "HS256" })
    .setIssuer("opsledger")
    .setAudience("opsledger")
    .setSubject("bench")
    .setExpirationTime("1h")
    .sign(new TextEncoder().encode(secret));
  const body = JSON.stringify({ query: "{ incidents(first: 20) { nodes { id title status } } }" });
  const http = { method: "POST", path: "/graphql", protocol: "HTTP/1.1", sourceIp: "203.0.113.45", userAgent: "bench" };
  return {
    graphql: {
      version: "2.0",
      rawPath: "/graphql",
      rawQueryString: "",
      headers: { host: "api.example.com", "content-type": "application/json", authorization: `Bearer ${token}` },
      requestContext: { http, requestId: "bench", stage: "$default" },
      body,
      isBase64Encoded: false,
    },
    feeder: { Records: [] },
    projector: { Records: [] },
    poller: { source: "aws.events", detail: {} },
  };
}

interface Called {
  readonly imported: number;
  readonly answered: number;
  readonly warm: readonly number[];
  readonly rss: number;
}

interface Measured {
  readonly program: string;
  readonly event: object;
  /** What a process takes that does nothing. */
  readonly node: number;
  readonly dataDir: string;
  readonly endpoint: string;
}

async function measureProgram({ program, event, node, dataDir, endpoint }: Measured): Promise<Row[]> {
  const file = join(dataDir, `${program}.json`);
  await writeFile(file, JSON.stringify(event));
  const call = async (times: number): Promise<Called> => {
    const { stdout } = await run(
      process.execPath,
      [join(root, "scripts/invoke.mjs"), join(bundles, program), file, String(times)],
      { env: { ...variablesFor(endpoint), DATA_DIR: join(dataDir, program) } },
    );
    const called = JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "") as Called & { readonly answer?: object };
    if (called.answer !== undefined && "error" in called.answer) throw new Error(`${program}: ${stdout}`);
    return called;
  };
  const colds: Called[] = [];
  for (let count = 0; count < coldStarts; count += 1) colds.push(await call(1));
  const { warm, rss } = await call(warmCalls);
  const imported = median(colds.map((cold) => cold.imported));
  const answered = median(colds.map((cold) => cold.answered));
  // The first calls of a process are compiled as they run.
  const settled = warm.slice(warmCalls / 3);
  return [
    {
      what: `function ${program}: cold start to first answer`,
      value: milliseconds(answered),
      compared: `median of ${coldStarts}; ${milliseconds(imported)} until imported; a bare Node process ${milliseconds(node)}`,
    },
    {
      what: `function ${program}: warm call`,
      value: `p50 ${milliseconds(percentile(settled, 0.5))}`,
      compared: `p99 ${milliseconds(percentile(settled, 0.99))}; ${Math.round(rss / 1_048_576)} MB resident`,
    },
  ];
}

/** Until a process that loads nothing runs its first line. */
async function measureNode(dataDir: string): Promise<number> {
  const file = join(dataDir, "bare.mjs");
  await writeFile(file, "console.log(performance.now());");
  const times: number[] = [];
  for (let count = 0; count < coldStarts; count += 1) times.push(Number((await run(process.execPath, [file])).stdout));
  return median(times);
}

function variablesFor(endpoint: string): Record<string, string> {
  return {
    DYNAMODB_ENDPOINT: endpoint,
    AWS_REGION: "eu-west-1",
    AUTH_SECRET: secret,
    CURSOR_SECRET: "a cursor secret of the benchmark",
    INTEGRATION_KEY: Buffer.alloc(32, 3).toString("base64"),
    OBJECT_STORE: "s3",
    OBJECT_BUCKET: "opsledger-objects",
    EVENT_BUS: "eventbridge",
    LOG_LEVEL: "warn",
  };
}
