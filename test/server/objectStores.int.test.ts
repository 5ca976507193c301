/** The object stores of a server: which there are, and what callers are told where S3 fails. */
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { parseConfig } from "../../src/config/config.js";
import { createObjectStores } from "../../src/server/objectStores.js";
import type { ObjectStores } from "../../src/server/objectStores.js";
import { post } from "../support/graphql/client.js";
import { startTestOpsledger } from "../support/opsledger.js";
import type { TestOpsledger } from "../support/opsledger.js";
import { startS3Server } from "../support/s3Server.js";
import type { S3Server } from "../support/s3Server.js";

let s3: S3Server;
let test: TestOpsledger;
let incidentId: string;
const onS3 = (more: Readonly<Record<string, string>> = {}) => ({
  ...{ OBJECT_STORE: "s3", OBJECT_BUCKET: "objects", S3_ENDPOINT: s3.url, AWS_REGION: "eu-west-1" },
  ...more,
});

beforeAll(async () => {
  s3 = await startS3Server({ buckets: ["objects", "archive"] });
  test = await startTestOpsledger(onS3());
  ({ incidentId } = await test.declare());
});
afterEach(() => {
  s3.fail(undefined);
  s3.bucket("objects").clear();
});
afterAll(async () => {
  await test.close();
  await s3.close();
  expect(s3.violations).toEqual([]);
});

describe("the object stores of a configuration", () => {
  const put = async (stores: ObjectStores) => {
    const { objects, archiveObjects } = stores;
    await objects.put("reports/a.json", "{}");
    await archiveObjects.put("archive/a.json", "[]");
    expect([await objects.get("reports/a.json"), await archiveObjects.get("archive/a.json")]).toEqual(["{}", "[]"]);
    stores.close();
  };

  it("are one folder by default", async () => {
    const dataDir = await mkdtemp(join(tmpdir(), "opsledger-objects-"));
    try {
      await put(await createObjectStores(parseConfig({ DATA_DIR: dataDir })));
      expect((await readdir(join(dataDir, "objects"))).sort()).toEqual(["archive", "reports"]);
    } finally {
      await rm(dataDir, { recursive: true, force: true });
    }
  });

  it.each<Record<string, string>>([{}, { ARCHIVE_BUCKET: "objects" }])(
    "are one bucket where no other is named: %j",
    async (more) => {
      await put(await createObjectStores(parseConfig(onS3(more))));
      expect([...s3.bucket("objects").keys()]).toEqual(["reports/a.json", "archive/a.json"]);
    },
  );

  it("are two buckets where archives have their own", async () => {
    await put(await createObjectStores(parseConfig(onS3({ ARCHIVE_BUCKET: "archive" }))));
    expect([...s3.bucket("objects").keys()]).toEqual(["reports/a.json"]);
    expect([...s3.bucket("archive").keys()]).toEqual(["archive/a.json"]);
  });
});

describe("a server whose objects are on S3", () => {
  const attach = async (content: string) => {
    const query = `mutation ($input: AttachPostmortemInput!) {
      attachPostmortem(input: $input) { incident { postmortem { content } } errors { code message } }
    }`;
    const input = { incidentId, title: "What we learned", content };
    return post(test.opsledger.http.url, { query, variables: { input } });
  };
  const long = (of: string) => of.repeat(5_000);
  const events = async () => (await test.opsledger.ledger.eventStore.headVersion(`Incident-${incidentId}`)) ?? 0;

  it("puts a long post-mortem there before its event, and reads it from there", async () => {
    const { data } = await attach(long("a"));
    expect(data).toEqual({ attachPostmortem: { incident: { postmortem: { content: long("a") } }, errors: [] } });
    expect([...s3.bucket("objects").keys()]).toEqual([expect.stringContaining(`postmortems/${incidentId}/`)]);
  });

  it("says that it is unavailable where S3 is, and records nothing", async () => {
    const before = await events();
    s3.fail(() => ({ kind: "error", status: 500, code: "InternalError" }));
    const answer = await attach(long("b"));
    expect(JSON.stringify(answer)).toContain("UNAVAILABLE");
    expect(await events()).toBe(before);
    s3.fail(undefined);
    expect(JSON.stringify(await attach(long("b")))).not.toContain("UNAVAILABLE");
  });

  it("keeps to itself how it is set up wrong", async () => {
    const before = await events();
    s3.fail(() => ({ kind: "error", status: 403, code: "AccessDenied" }));
    const answer = JSON.stringify(await attach(long("c")));
    expect(answer).toContain("INTERNAL_SERVER_ERROR");
    expect(answer).not.toMatch(/bucket|AccessDenied|s3:/i);
    expect(await events()).toBe(before);
  });
});
