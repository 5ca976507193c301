/** Verify and rebuild while the ledger is used: commands win, readers see every row, and no edited row decides anything. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { createProofDeps } from "../../src/server/proofDeps.js";
import { rebuildRows } from "../../src/store/proofs/rebuild.js";
import { incidentVerifiedView } from "../../src/store/readModels/incidents/index.js";
import { ledgerAt } from "../support/ledgerAt.js";
import { ada, day0, get, itemsOf, remove, setAttribute, startProvenLedger, verified } from "./support/provenLedger.js";
import type { ProvenLedger } from "./support/provenLedger.js";

const rows = "aegis-incidents";
let test: ProvenLedger;

const declare = async () =>
  (await test.ledger.incidents.declare({ title: "Live", severity: "P2", services: ["payments"] }, ada)).incidentId;
const metadataOf = (incidentId: string) => ({ PK: `INCIDENT#${incidentId}`, SK: "METADATA" });
const rebuild = () => rebuildRows(test.deps, incidentVerifiedView, { writesPerSecond: 10_000 });
/** Another server on the same tables: nothing is in its cache. */
const another = () => ledgerAt(day0, { db: test.db, engine: test.engine.engine, dataDir: "/nowhere" });

beforeAll(async () => {
  test = await startProvenLedger();
  await test.ledger.start();
});
afterAll(() => test.close());

it("a rebuild among commands loses none of them, hides no row from readers, and leaves nothing to find", async () => {
  const incidentIds = await Promise.all(Array.from({ length: 12 }, declare));
  let working = true;
  const write = async (incidentId: string, index: number) => {
    for (let count = 0; count < 15; count += 1) {
      await test.ledger.incidents.addComment(incidentId, { text: `comment ${index} ${count}` }, ada);
    }
  };
  const tamper = async () => {
    for (let round = 0; working; round += 1) {
      const incidentId = incidentIds[round % incidentIds.length] ?? "";
      await setAttribute(test.db, rows, metadataOf(incidentId), "description", "edited by hand");
    }
  };
  const read = async () => {
    let reads = 0;
    for (; working; reads += 1) {
      const incidents = await test.ledger.incidentViews.getIncidents(incidentIds);
      expect(incidents.every((incident) => incident !== undefined)).toBe(true);
    }
    return reads;
  };
  const mend = async () => {
    let corrected = 0;
    while (working) ({ corrected } = { corrected: corrected + (await rebuild()).corrected });
    return corrected;
  };
  const others = Promise.all([tamper(), read(), mend()]);
  await Promise.all(incidentIds.map(write)).finally(() => (working = false));
  const [, reads, corrected] = await others;
  expect(reads).toBeGreaterThan(0);
  expect(corrected).toBeGreaterThan(0);
  await rebuild();
  for (const incidentId of incidentIds) {
    expect(await get(test.db, rows, metadataOf(incidentId))).toMatchObject({ version: 16, description: "" });
  }
  // What was fed last is on its way.
  await test.ledger.close();
  expect((await test.verify()).lines).toEqual([]);
}, 90_000);

it("verify among commands finds nothing", async () => {
  const incidentIds = await Promise.all(Array.from({ length: 8 }, declare));
  const writing = Promise.all(
    incidentIds.map(async (incidentId) => {
      for (let count = 0; count < 20; count += 1) {
        await test.ledger.incidents.change(incidentId, "RecordEntry", { text: `entry ${count}` }, ada);
      }
    }),
  );
  let working = true;
  const done = writing.finally(() => (working = false));
  let runs = 0;
  for (; working; runs += 1) expect((await verified(createProofDeps(test.db, test.deps.clock))).lines).toEqual([]);
  await done;
  expect(runs).toBeGreaterThan(0);
}, 90_000);

it("a row that was edited by hand decides nothing: the state comes from the log, and so does the next row", async () => {
  const incidentId = await declare();
  await setAttribute(test.db, rows, metadataOf(incidentId), "status", "CLOSED");
  await setAttribute(test.db, rows, metadataOf(incidentId), "version", 40);
  const { incident } = await another().incidents.change(incidentId, "ChangeStatus", { to: "ACKNOWLEDGED" }, ada);
  expect(incident).toMatchObject({ status: "ACKNOWLEDGED", version: 2 });
  expect((await test.verify()).lines).toEqual([]);
});

it("a server that read a row before its rebuild goes on with what the log says", async () => {
  const incidentId = await declare();
  await setAttribute(test.db, rows, metadataOf(incidentId), "title", "edited by hand");
  const server = another();
  await server.incidents.change(incidentId, "AddService", { service: "search" }, ada);
  await rebuild();
  const { incident } = await server.incidents.change(incidentId, "AddService", { service: "login" }, ada);
  expect(incident).toMatchObject({ title: "Live", services: ["payments", "search", "login"] });
  expect((await test.verify()).lines).toEqual([]);
});

it("a rebuild restores an incident of which nothing but the log is left", async () => {
  const incidentId = await declare();
  await test.ledger.incidents.addComment(incidentId, { text: "kept" }, ada);
  const own = (await itemsOf(test.db, rows)).filter(({ PK }) => PK === `INCIDENT#${incidentId}`);
  expect(own.length).toBeGreaterThan(3);
  for (const item of own) await remove(test.db, rows, item);
  expect(await rebuild()).toMatchObject({ restored: own.length });
  for (const item of own) expect(await get(test.db, rows, item)).toEqual(item);
});
