/** DynamoDB that the server does not start: it is noted, and never touched. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { startEngine } from "../../../src/store/engine/index.js";
import { freshFolder } from "./support/folder.js";

const log = () => undefined;

const readEngineFile = async (dataDir: string): Promise<unknown> =>
  JSON.parse(await readFile(join(dataDir, "engine.json"), "utf8"));

it("uses an endpoint before any kind, and asks it nothing", async () => {
  const dataDir = join(await freshFolder(), "data");
  const endpoint = "https://dynamodb.example.com";
  const engine = await startEngine({ dataDir, endpoint, kind: "dynoxide", log });
  expect(engine).toMatchObject({
    kind: "endpoint",
    endpoint,
    region: "us-east-1",
    description: "DynamoDB at https://dynamodb.example.com",
    deletesExpiredItems: true,
    contiguousSequenceNumbers: false,
  });
  expect(engine.pid).toBeUndefined();
  expect(await readEngineFile(dataDir)).toEqual({ endpoint, region: "us-east-1", engine: "endpoint", pid: null });
  await engine.close();
  await expect(readEngineFile(dataDir)).rejects.toThrow(/ENOENT/);
});

it("expects no deletion of expired items from an endpoint on this machine", async () => {
  const engine = await startEngine({ dataDir: await freshFolder(), endpoint: "http://localhost:8000", log });
  expect(engine.deletesExpiredItems).toBe(false);
});

it("leaves endpoint and region of AWS to the SDK where they are not given", async () => {
  const dataDir = await freshFolder();
  const engine = await startEngine({ dataDir, kind: "aws", log });
  expect(engine).toMatchObject({ kind: "aws", description: "DynamoDB on AWS", deletesExpiredItems: true });
  expect(engine.endpoint).toBeUndefined();
  expect(engine.region).toBeUndefined();
  expect(await readEngineFile(dataDir)).toEqual({ endpoint: null, region: null, engine: "aws", pid: null });
  const inRegion = await startEngine({ dataDir, kind: "aws", region: "eu-west-1", log });
  expect(inRegion.description).toBe("DynamoDB on AWS, eu-west-1");
});

it("does not remove an engine.json that another server has written since", async () => {
  const dataDir = await freshFolder();
  const first = await startEngine({ dataDir, kind: "aws", log });
  const second = await startEngine({ dataDir, kind: "aws", region: "eu-west-1", log });
  await first.close();
  expect(await readEngineFile(dataDir)).toMatchObject({ region: "eu-west-1" });
  await second.close();
  await expect(readEngineFile(dataDir)).rejects.toThrow(/ENOENT/);
});

it("fails where the data folder cannot be made", async () => {
  const file = join(await freshFolder(), "file");
  await writeFile(file, "");
  await expect(startEngine({ dataDir: file, kind: "aws", log })).rejects.toThrow(/EEXIST/);
});
