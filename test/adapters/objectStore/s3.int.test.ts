/** The object store on a server that speaks the protocol of Amazon S3: what every object store does, and what its failures mean. */
import { once } from "node:events";
import { request } from "node:http";
import type { IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createS3ObjectStore } from "../../../src/adapters/objectStore/s3.js";
import type { S3ObjectStore, S3ObjectStoreDeps } from "../../../src/adapters/objectStore/s3.js";
import { ObjectStoreError } from "../../../src/adapters/objectStore/s3Errors.js";
import { UnavailableError } from "../../../src/domain/kernel/errors.js";
import { objectStoreConformance } from "../../conformance/objectStore.conformance.js";
import { startS3Server } from "../../support/s3Server.js";
import type { S3Fault, S3Server } from "../../support/s3Server.js";

let s3: S3Server;
let stores: S3ObjectStore[];
const begin = async () => {
  s3 = await startS3Server({ buckets: ["objects"] });
  stores = [];
};
const end = async () => {
  for (const store of stores) store.close();
  await s3.close();
  expect(s3.violations).toEqual([]);
};
const storeOn = (more: Partial<S3ObjectStoreDeps> = {}): S3ObjectStore => {
  const store = createS3ObjectStore({
    ...{ bucket: "objects", variable: "OBJECT_BUCKET", endpoint: s3.url, region: "eu-west-1" },
    ...more,
  });
  stores.push(store);
  return store;
};
/** What each of its operations fails with. */
const refusals = async (store: S3ObjectStore): Promise<readonly unknown[]> => {
  const asked = await Promise.allSettled([store.put("a", "x"), store.get("a"), store.delete("a")]);
  return asked.map((settled): unknown => (settled.status === "rejected" ? settled.reason : undefined));
};
const keys = async () => [...s3.bucket("objects").keys()];

objectStoreConformance("Amazon S3", async () => {
  await begin();
  return { store: storeOn(), another: storeOn, keys, close: end };
});

describe("the object store on Amazon S3", () => {
  let store: S3ObjectStore;
  beforeEach(async () => {
    await begin();
    store = storeOn();
  });
  afterEach(end);

  const onFirst = (method: string, fault: S3Fault) =>
    s3.fail((asked, number) => (asked === method && number === 1 ? fault : undefined));
  const always = (fault: S3Fault) => s3.fail(() => fault);

  it("says what kind of content it is, and a checksum of it; requests are signed for the region", async () => {
    await store.put("a.json", "{}");
    await store.put("postmortems/1", "# What happened");
    const types = [...s3.bucket("objects").values()].map(({ contentType }) => contentType);
    expect(types).toEqual(["application/json", "text/plain; charset=utf-8"]);
    expect(s3.bucket("objects").get("a.json")?.checksum).toEqual(["x-amz-checksum-crc32", expect.any(String)]);
    expect([...s3.regions]).toEqual(["eu-west-1"]);
  });

  it("asks once for each of its operations", async () => {
    await store.put("a", "x");
    await store.get("a");
    await store.get("missing");
    await store.delete("a");
    expect(["PUT", "GET", "DELETE", "HEAD"].map((method) => s3.requests(method))).toEqual([1, 2, 1, 0]);
  });

  const passing: readonly (readonly [string, S3Fault])[] = [
    ["asks it to slow down", { kind: "error", status: 503, code: "SlowDown" }],
    ["is broken", { kind: "error", status: 500, code: "InternalError" }],
    ["cuts the connection", { kind: "drop" }],
    ["cuts the connection behind what was done", { kind: "drop after" }],
  ];
  for (const [what, fault] of passing) {
    it(`does all the same where S3 ${what} once`, async () => {
      s3.fail((_method, number) => (number === 1 ? fault : undefined));
      await store.put("once", "content", { once: true });
      expect(await store.get("once")).toBe("content");
      await store.delete("once");
      expect(await keys()).toEqual([]);
      expect(["PUT", "GET", "DELETE"].map((method) => s3.requests(method))).toEqual([2, 2, 2]);
    });

    it(`is unavailable where S3 ${what} every time`, async () => {
      always(fault);
      for (const error of await refusals(store)) {
        expect(error).toBeInstanceOf(UnavailableError);
        expect(String(error)).not.toContain("objects/");
      }
      expect(s3.requests("PUT")).toBe(3);
    });
  }

  it.each<[string, S3Fault]>([
    ["cut off", { kind: "truncated" }],
    ["changed on its way", { kind: "garbled" }],
  ])("reads content again that was %s, and never gives it as it came", async (_what, fault) => {
    await store.put("a", "the whole content");
    onFirst("GET", fault);
    expect(await store.get("a")).toBe("the whole content");
    expect(s3.requests("GET")).toBe(2);
    always(fault);
    await expect(store.get("a")).rejects.toThrow(UnavailableError);
    expect(s3.requests("GET")).toBe(5);
  });

  it("puts once where it met another writer, as S3 asks for", async () => {
    onFirst("PUT", { kind: "error", status: 409, code: "ConditionalRequestConflict" });
    await store.put("a", "x", { once: true });
    expect(await store.get("a")).toBe("x");
  });

  it.each<[string, S3Fault, "get" | "put"]>([
    ["never answers", { kind: "silence" }, "put"],
    ["stops in the middle of the content", { kind: "stuck" }, "get"],
  ])("gives up where S3 %s, when the time for all tries is over", async (_what, fault, method) => {
    const hasty = storeOn({ milliseconds: 150 });
    await hasty.put("a", "content");
    always(fault);
    const began = performance.now();
    await expect(method === "get" ? hasty.get("a") : hasty.put("a", "x")).rejects.toThrow(UnavailableError);
    expect(performance.now() - began).toBeLessThan(2_000);
  });

  it("gives up on one try, and does it by the next, where a request takes too long", async () => {
    const patient = storeOn({ requestMilliseconds: 150 });
    onFirst("PUT", { kind: "silence" });
    await patient.put("a", "x");
    expect(await patient.get("a")).toBe("x");
  });

  it.each<[string, number, string]>([
    ["AccessDenied", 403, "s3:ListBucket"],
    ["InvalidAccessKeyId", 403, "credentials of AWS"],
    ["PermanentRedirect", 301, "AWS_REGION"],
    ["InvalidObjectState", 403, "storage class"],
    ["KMS.DisabledException", 400, "KMS.DisabledException"],
  ])("says of %s at once which bucket it is, who names it, and what to do", async (code, status, hint) => {
    // What is not there is denied, too, where the server may not list the bucket: never taken for nothing.
    s3.fail(() => ({ kind: "error", status, code, message: "arn:aws:iam::123456789012:role/secret" }));
    for (const error of await refusals(store)) {
      expect(error).toBeInstanceOf(ObjectStoreError);
      for (const part of ["bucket objects", "OBJECT_BUCKET", code, hint]) expect(String(error)).toContain(part);
      expect(String(error)).not.toContain("123456789012");
    }
    expect(s3.requests("PUT")).toBe(1);
  });

  it("takes a bucket that is missing for an error, not for a store that is empty", async () => {
    const other = storeOn({ bucket: "nobodys", variable: "ARCHIVE_BUCKET" });
    await expect(other.get("a")).rejects.toThrow(/bucket nobodys \(ARCHIVE_BUCKET\): NoSuchBucket/);
    await expect(other.delete("a")).rejects.toThrow(ObjectStoreError);
  });

  it("keeps and reads no more bytes than an object may have", async () => {
    const small = storeOn({ maxBytes: 10 });
    await small.put("a", "\u00e9".repeat(5));
    expect(await small.get("a")).toBe("\u00e9".repeat(5));
    await expect(small.put("b", "\u00e9".repeat(6))).rejects.toThrow("more than 10 bytes");
    await store.put("c", "x".repeat(11));
    await expect(small.get("c")).rejects.toThrow(ObjectStoreError);
    expect(await keys()).toEqual(["a", "c"]);
  });
});

describe("the server that the tests ask", () => {
  beforeEach(begin);
  afterEach(end);

  const authorization = "AWS4-HMAC-SHA256 Credential=k/20250115/us-east-1/s3/aws4_request";
  const ask = (path: string, init: RequestInit & { readonly headers?: Record<string, string> }) =>
    fetch(`${s3.url}${path}`, { ...init, headers: { authorization, ...init.headers } });

  it("reads content in chunks whose checksum comes behind them", async () => {
    const chunked = { "content-encoding": "aws-chunked", "x-amz-decoded-content-length": "5" };
    const body = "3;chunk-signature=00\r\nhel\r\n2\r\nlo\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n";
    expect((await ask("/objects/a", { method: "PUT", body, headers: chunked })).status).toBe(200);
    expect(s3.bucket("objects").get("a")?.content.toString()).toBe("hello");
    const head = await ask("/objects/a", { method: "HEAD", headers: { "x-amz-checksum-mode": "ENABLED" } });
    expect(head.headers.get("x-amz-checksum-crc32")).toBe("NhCmhg==");
  });

  it("takes the bucket from the host's name, as AWS is asked", async () => {
    await storeOn().put("folder/a", "hello");
    const { hostname, port } = new URL(s3.url);
    const headers = { host: "objects.s3.eu-west-1.amazonaws.com", authorization };
    const asked = request({ hostname, port, path: "/folder/a", headers }).end();
    const [answer] = (await once(asked, "response")) as [IncomingMessage];
    expect(await text(answer)).toBe("hello");
  });
});
