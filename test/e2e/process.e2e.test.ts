/** The server as a process: how it starts, stops, is killed and comes back. Promise 1 of the design, end to end. */
import { access, readdir } from "node:fs/promises";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { print } from "graphql";
import type { TypedDocumentNode } from "@graphql-typed-document-node/core";
import { describe, expect, it } from "vitest";
import { AddCommentDocument, DeclareIncidentDocument, FollowTimelineDocument } from "../generated/operations.js";
import { isRunning, processesNaming } from "../store/engine/support/processes.js";
import { post, subscribeWs, until } from "../support/graphql/client.js";
import { gql } from "../support/mutation.js";
import { addressIn, engineOf, freshDataDir, startBuiltServer, startProcess } from "./support/builtServer.js";
import type { BuiltServer } from "./support/builtServer.js";

async function run<Data, Variables>(
  { url }: Pick<BuiltServer, "url">,
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
): Promise<Data> {
  const { data, errors } = await post<Data>(url, {
    query: print(document),
    variables: variables as Record<string, unknown>,
  });
  if (data == null || errors !== undefined) throw new Error(JSON.stringify(errors));
  return data;
}

async function declare(server: BuiltServer): Promise<{ incidentId: string; position: string }> {
  const { declareIncident } = await run(server, DeclareIncidentDocument, {
    input: { title: "Payments fail", severity: "P1", services: ["payment-service"] },
  });
  if (declareIncident.incident == null) throw new Error(JSON.stringify(declareIncident.errors));
  return declareIncident.incident;
}

interface Writers {
  /** Texts of the comments that the server has acknowledged, as they come. */
  readonly acknowledged: readonly string[];
  /** No new writes; resolves when those under way are answered or lost. */
  stop(): Promise<void>;
}

let texts = 0;

/** Comments on an incident from several sides, one after the other each, whatever becomes of the server. */
function startWriters(server: BuiltServer, incidentId: string): Writers {
  const acknowledged: string[] = [];
  let stopped = false;
  const write = async () => {
    while (!stopped) {
      const text = `comment ${(texts += 1)}`;
      try {
        const { addIncidentComment } = await run(server, AddCommentDocument, { input: { incidentId, text } });
        if (addIncidentComment.errors.length === 0) acknowledged.push(text);
      } catch {
        // Not acknowledged: the write may or may not be there.
        await setImmediate();
      }
    }
  };
  const writing = Promise.all(Array.from({ length: 6 }, write));
  return {
    acknowledged,
    stop: async () => {
      stopped = true;
      await writing;
    },
  };
}

interface Stored {
  readonly comments: readonly string[];
  readonly entryVersions: readonly number[];
  readonly version: number;
}

const storedDocument = gql<{
  incident: {
    version: number;
    comments: Page<{ text: string }>;
    timeline: Page<{ version: number }>;
  };
}>(`query ($id: ID!, $comments: String, $entries: String) {
  incident(id: $id) {
    version
    comments(first: 100, after: $comments) { nodes { text } pageInfo { hasNextPage endCursor } }
    timeline(first: 100, after: $entries, orderBy: OLDEST_FIRST) { nodes { version } pageInfo { hasNextPage endCursor } }
  }
}`);

interface Page<Node> {
  readonly nodes: readonly Node[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

/** All that the server has of an incident. */
async function storedOf(server: BuiltServer, id: string): Promise<Stored> {
  const [comments, entryVersions]: [string[], number[]] = [[], []];
  let cursors: { comments?: string | null; entries?: string | null } = {};
  for (;;) {
    const { incident } = await run(server, storedDocument, { id, ...cursors });
    comments.push(...incident.comments.nodes.map(({ text }) => text));
    entryVersions.push(...incident.timeline.nodes.map(({ version }) => version));
    // There is an entry for each comment and one more, so that the timeline is never the shorter list.
    if (!incident.timeline.pageInfo.hasNextPage) return { comments, entryVersions, version: incident.version };
    cursors = {
      comments: incident.comments.pageInfo.endCursor ?? cursors.comments ?? null,
      entries: incident.timeline.pageInfo.endCursor,
    };
  }
}

/** Everything acknowledged is there; nothing is there twice; each comment has its entry; versions have no gaps. */
function expectWhole(stored: Stored, acknowledged: readonly string[]): void {
  const present = new Set(stored.comments);
  expect(acknowledged.filter((text) => !present.has(text))).toEqual([]);
  expect(stored.comments).toHaveLength(present.size);
  expect(stored.entryVersions.toSorted((a, b) => a - b)).toEqual(
    Array.from({ length: stored.comments.length + 1 }, (_, index) => index + 1),
  );
  expect(stored.version).toBe(stored.comments.length + 1);
}

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );

describe("npm start", () => {
  it("prints where everything is, and answers there", async () => {
    const dataDir = await freshDataDir();
    const server = await startBuiltServer(dataDir);
    expect(server.output()).toMatch(/Opsledger is running \(started in \d+\.\d s\)/);
    expect(server.output()).toContain("No authentication is configured, so it listens on this machine only.");
    expect(server.output()).not.toContain("NodeVersionSupportWarning");
    expect(server.errorOutput()).toBe("");

    const page = await fetch(addressIn(server, "Playground"), { headers: { accept: "text/html" } });
    expect(page.headers.get("content-type")).toContain("text/html");
    await page.body?.cancel();
    const { incidentId, position } = await declare(server);
    const follower = subscribeWs(addressIn(server, "WebSocket"), {
      query: print(FollowTimelineDocument),
      variables: { incidentId, after: position },
    });
    await run(server, AddCommentDocument, { input: { incidentId, text: "seen live" } });
    expect(await follower.next()).toMatchObject({ data: { incidentTimeline: { entry: { kind: "COMMENT_ADDED" } } } });
    await follower.close();
    for (const path of ["/healthz", "/readyz"]) expect((await fetch(new URL(path, server.url))).status).toBe(200);
    const { endpoint } = await engineOf(dataDir);
    expect(addressIn(server, "DynamoDB")).toContain(endpoint);
    expect((await fetch(endpoint)).status).toBe(200);
  });

  it("refuses a host that others can reach, in a sentence, and starts nothing", async () => {
    const dataDir = await freshDataDir();
    const refused = await startProcess(dataDir, { HOST: "0.0.0.0" });
    expect(await refused.ended).toEqual({ code: 1, signal: null });
    expect(refused.errorOutput()).toContain("HOST: must be a loopback name or address");
    expect(refused.errorOutput()).not.toContain("    at ");
    expect(refused.output()).toBe("");
    expect(await readdir(dataDir)).toEqual([]);
  });

  it("says in a sentence that the DynamoDB it was pointed to does not answer", async () => {
    const refused = await startProcess(await freshDataDir(), { DYNAMODB_ENDPOINT: "http://127.0.0.1:1" });
    expect(await refused.ended).toEqual({ code: 1, signal: null });
    expect(refused.errorOutput()).toContain("DynamoDB at http://127.0.0.1:1 does not answer");
    expect(refused.errorOutput()).not.toContain("    at ");
  });

  it("that asks for tokens says how a command gets one", async () => {
    const server = await startBuiltServer(await freshDataDir(), {
      AUTH_SECRET: "only-for-trying-out:32-bytes-or-more",
    });
    expect(server.output()).toContain("export OPSLEDGER_TOKEN=");
    expect(server.output()).toContain("npm run --silent opsledger -- token --sub me --roles ADMIN");
  });

  it("names a port that is taken, or a data folder that another server uses, ends, and leaves no engine behind; the other goes on", async () => {
    const dataDir = await freshDataDir();
    const first = await startBuiltServer(dataDir);
    const { port } = new URL(first.url);
    const freshDir = await freshDataDir();
    const [onPort, onFolder] = await Promise.all([startProcess(freshDir, { PORT: port }), startProcess(dataDir)]);
    for (const refused of [onPort, onFolder]) {
      expect(await refused.ended).toEqual({ code: 1, signal: null });
      expect(refused.errorOutput()).not.toContain("    at ");
    }
    expect(onPort.errorOutput()).toContain(`port ${port} of 127.0.0.1 is in use`);
    expect(onFolder.errorOutput()).toContain(`The data folder ${dataDir} is in use`);
    await until(async () => (await processesNaming(freshDir)).length === 0);
    await declare(first);
    expect(await exists(join(dataDir, "server.json"))).toBe(true);
  });
});

describe("a signal to stop", () => {
  /** A server, an incident in it, and somebody who follows that. */
  async function startFollowed(dataDir: string) {
    const server = await startBuiltServer(dataDir);
    const { incidentId, position } = await declare(server);
    const follower = subscribeWs(server.webSocketUrl, {
      query: print(FollowTimelineDocument),
      variables: { incidentId, after: position },
    });
    await run(server, AddCommentDocument, { input: { incidentId, text: "it follows" } });
    await follower.next();
    return { server, incidentId, follower };
  }

  it("by Ctrl-C stops everything, the engine too, with exit code 0, and tells subscribers to connect again; the next start has the data", async () => {
    const dataDir = await freshDataDir();
    const { server, incidentId, follower } = await startFollowed(dataDir);
    const engine = await engineOf(dataDir);
    process.kill(-server.pid, "SIGINT");
    expect(await follower.ended).toMatchObject({ kind: "closed", code: 1001 });
    expect(await server.ended).toEqual({ code: 0, signal: null });
    expect(await isRunning(engine.pid)).toBe(false);
    expect(await processesNaming(dataDir)).toEqual([]);
    for (const file of ["engine.json", "server.json"]) expect(await exists(join(dataDir, file))).toBe(false);
    const next = await startBuiltServer(dataDir);
    expectWhole(await storedOf(next, incidentId), ["it follows"]);
  });

  it("by SIGTERM does so too", async () => {
    const dataDir = await freshDataDir();
    const { server, follower } = await startFollowed(dataDir);
    process.kill(-server.pid, "SIGTERM");
    expect(await follower.ended).toMatchObject({ kind: "closed", code: 1001 });
    expect(await server.ended).toEqual({ code: 0, signal: null });
    expect(await processesNaming(dataDir)).toEqual([]);
  });
});

describe("kill -9", () => {
  it("of the server, while it is written to, loses nothing acknowledged and leaves no engine behind", async () => {
    const dataDir = await freshDataDir();
    let server = await startBuiltServer(dataDir);
    const { incidentId } = await declare(server);
    const acknowledged: string[] = [];
    for (const writes of [1, 80]) {
      const engine = await engineOf(dataDir);
      const writers = startWriters(server, incidentId);
      await until(() => writers.acknowledged.length >= writes);
      process.kill(server.pid, "SIGKILL");
      expect(await server.ended).toMatchObject({ signal: "SIGKILL" });
      await writers.stop();
      await until(async () => !(await isRunning(engine.pid)));
      await until(async () => (await processesNaming(dataDir)).length === 0);
      acknowledged.push(...writers.acknowledged);
      server = await startBuiltServer(dataDir);
      expectWhole(await storedOf(server, incidentId), acknowledged);
    }
  }, 60_000);

  it("of the server, and a start at once, brings the engine back where others know it", async () => {
    const dataDir = await freshDataDir();
    let server = await startBuiltServer(dataDir);
    const { endpoint } = await engineOf(dataDir);
    for (let round = 1; round <= 2; round += 1) {
      process.kill(server.pid, "SIGKILL");
      await server.ended;
      server = await startBuiltServer(dataDir);
      expect((await engineOf(dataDir)).endpoint).toBe(endpoint);
    }
  }, 60_000);

  it("of server and engine at once loses nothing acknowledged", async () => {
    const dataDir = await freshDataDir();
    const server = await startBuiltServer(dataDir);
    const { incidentId } = await declare(server);
    const engine = await engineOf(dataDir);
    const writers = startWriters(server, incidentId);
    await until(() => writers.acknowledged.length >= 60);
    process.kill(engine.pid, "SIGKILL");
    process.kill(server.pid, "SIGKILL");
    await server.ended;
    await writers.stop();
    const next = await startBuiltServer(dataDir);
    expectWhole(await storedOf(next, incidentId), writers.acknowledged);
  });

  it("of the engine, while it is written to: it is started again, and every write is there once", async () => {
    const dataDir = await freshDataDir();
    const server = await startBuiltServer(dataDir);
    const { incidentId, position } = await declare(server);
    const follower = subscribeWs<{ incidentTimeline: { entry: { version: number } } }>(server.webSocketUrl, {
      query: print(FollowTimelineDocument),
      variables: { incidentId, after: position },
    });
    const writers = startWriters(server, incidentId);
    for (const round of [1, 2]) {
      const { pid } = await engineOf(dataDir);
      await until(() => writers.acknowledged.length >= round * 40);
      process.kill(pid, "SIGKILL");
      await until(async () => (await engineOf(dataDir)).pid !== pid);
      const before = writers.acknowledged.length;
      await until(() => writers.acknowledged.length >= before + 20, 20_000);
    }
    await writers.stop();
    const stored = await storedOf(server, incidentId);
    expectWhole(stored, writers.acknowledged);
    // The subscription went on through both: each event once, in order.
    const seen: (number | undefined)[] = [];
    while (seen.length < stored.comments.length) {
      seen.push((await follower.next()).data?.incidentTimeline.entry.version);
    }
    expect(seen).toEqual(stored.comments.map((_, index) => index + 2));
    await follower.close();
    expect(await isRunning(server.pid)).toBe(true);
  }, 60_000);
});
