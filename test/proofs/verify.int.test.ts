/** Verify names whatever was tampered with, and rebuild mends what a rebuild can mend. */
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { addDays } from "../../src/domain/kernel/time.js";
import { covers } from "../../src/domain/kernel/feed.js";
import { eventHash } from "../../src/domain/kernel/hashChain.js";
import { storedEventsOf } from "../../src/store/dynamodb/items.js";
import type { Item } from "../../src/store/dynamodb/rowWrite.js";
import { sha256 } from "../../src/store/sha256.js";
import { requireFeedLayout } from "../../src/store/feed/feedLayout.js";
import { loadCheckpoint } from "../../src/store/processing/checkpoint.js";
import { rebuildRows } from "../../src/store/proofs/rebuild.js";
import type { RebuildCounts, RebuildOptions, RebuildState } from "../../src/store/proofs/rebuild.js";
import { verifyStream } from "../../src/store/proofs/verify.js";
import type { VerifyState } from "../../src/store/proofs/verify.js";
import type { TableName } from "../../src/store/tables.js";
import { incidentVerifiedView } from "../../src/store/readModels/incidents/index.js";
import { ledgerAt } from "../support/ledgerAt.js";
import {
  ada,
  day0,
  fill,
  get,
  itemsOf,
  put,
  remove,
  setAttribute,
  startProvenLedger,
  theItem,
} from "./support/provenLedger.js";
import type { ProvenLedger } from "./support/provenLedger.js";

let test: ProvenLedger;
let [open, closed, reopened]: string[] = [];

const rows = "aegis-incidents";
const streamOf = (incidentId: string | undefined) => `Incident-${incidentId}`;
const rebuild = (options?: RebuildOptions): Promise<RebuildCounts> =>
  rebuildRows(test.deps, incidentVerifiedView, options);
const row = (incidentId: string | undefined, kind: string, more: (item: Item) => boolean = () => true) =>
  theItem(
    test.db,
    rows,
    (item) => item["PK"] === `INCIDENT#${incidentId}` && String(item["SK"]).startsWith(kind) && more(item),
  );
const content = async () =>
  JSON.stringify((await itemsOf(test.db, rows)).map((item) => JSON.stringify(item, Object.keys(item).sort())).sort());

beforeAll(async () => {
  test = await startProvenLedger();
  const { incidentIds } = await fill(test);
  [open, closed, reopened] = [...incidentIds];
});
afterAll(() => test.close());

describe("a sound ledger", () => {
  it("has no differences, whatever its incidents went through", async () => {
    const { lines, counts } = await test.verify();
    expect(lines).toEqual([]);
    expect(counts).toMatchObject({ streams: 4, records: 7, unfed: 0, unhashed: 0, differences: 0 });
    expect(counts.fed).toBe(counts.events);
  });

  it("is left alone by a rebuild", async () => {
    const before = await content();
    expect(await rebuild()).toMatchObject({ streams: 4, restored: 0, corrected: 0, removed: 0, writes: 0 });
    expect(await content()).toBe(before);
  });

  it("has one digest, and another one with one more event", async () => {
    const { digest } = await test.verify();
    expect(digest).toMatch(/^[0-9a-f]{64}$/);
    expect((await test.verify()).digest).toBe(digest);
    await test.ledger.incidents.addComment(open ?? "", { text: "more" }, ada);
    const { digest: later, lines } = await test.verify();
    expect(lines).toEqual([]);
    expect(later).not.toBe(digest);
  });

  it("may hold rows that others put there, which are counted and never touched", async () => {
    const foreign = { PK: `INCIDENT#${open}`, SK: "EVENT#2025-01-01T00:00:00.000Z#x", type: "CUSTOM", timestamp: day0 };
    const apart = { PK: "INCIDENT#unknown", SK: "NOTE#1", note: "mine" };
    await put(test.db, rows, foreign);
    await put(test.db, rows, apart);
    const { lines, counts } = await test.verify();
    expect(lines).toEqual([]);
    expect(counts.foreign).toBe(2);
    expect(await rebuild()).toMatchObject({ removed: 0 });
    expect(await get(test.db, rows, foreign)).toEqual(foreign);
    await remove(test.db, rows, foreign);
    await remove(test.db, rows, apart);
  });
});

describe("a tampered row is named, and a rebuild makes it what it was:", () => {
  const tampered = async (tamper: () => Promise<void>, line: RegExp, done: Partial<RebuildCounts>) => {
    const before = await content();
    await tamper();
    const after = await content();
    expect(after).not.toBe(before);
    expect((await test.verify()).lines).toEqual([expect.stringMatching(line)]);
    expect(await rebuild({ dryRun: true })).toMatchObject({ ...done, writes: 0 });
    expect(await content()).toBe(after);
    expect(await rebuild()).toMatchObject({ ...done, writes: 1 });
    expect((await test.verify()).lines).toEqual([]);
    expect(await content()).toBe(before);
  };

  it.each<[string, string, string, unknown]>([
    ["the title of an incident", "METADATA", "title", "Another"],
    ["a part of an incident that no query asks for", "METADATA", "detail", "{}"],
    ["the version of an incident", "METADATA", "version", 99],
    ["the hash of an incident", "METADATA", "hash", "x"],
    ["the key of an index", "METADATA", "GSI1PK", "STATUS#CLOSED"],
    ["an attribute too many", "METADATA", "extra", true],
    ["a participant's roles", "USER#cleo", "roles", ["COMMANDER"]],
    ["the text of a summary", "SUMMARY", "text", "Quite otherwise"],
  ])("%s", async (_, kind, name, value) => {
    await tampered(
      async () => setAttribute(test.db, rows, await row(open, kind), name, value),
      new RegExp(`^ROW aegis-incidents INCIDENT#${open} ${kind}\\S* · ${name}: expected .+, found .+`),
      { corrected: 1, restored: 0, removed: 0 },
    );
  });

  it.each(["METADATA", "SUMMARY", "USER#cleo"])("a %s row that was deleted", async (kind) => {
    await tampered(
      async () => remove(test.db, rows, await row(open, kind)),
      new RegExp(`^ROW aegis-incidents INCIDENT#${open} ${kind}\\S* · row: expected a row, found no row`),
      { restored: 1, corrected: 0, removed: 0 },
    );
  });

  it("a number row that was deleted", async () => {
    await tampered(
      () => remove(test.db, rows, { PK: "NUMBER#1", SK: "INCIDENT" }),
      /^ROW aegis-incidents NUMBER#1 INCIDENT · row: expected a row, found no row/,
      { restored: 1 },
    );
  });

  it("a time to live that is not the one of the rule", async () => {
    await tampered(
      async () => setAttribute(test.db, rows, await row(closed, "SUMMARY"), "ttl", 4_000_000_000),
      new RegExp(`^ROW aegis-incidents INCIDENT#${closed} SUMMARY\\S* · ttl: expected \\d+, found 4000000000`),
      { corrected: 1 },
    );
  });

  it("a row in an incident's partition with no event behind it", async () => {
    const item = await row(open, "SUMMARY");
    const orphan = { ...item, SK: `${String(item["SK"])}x` };
    await tampered(() => put(test.db, rows, orphan), /SUMMARY\S*x · row: expected no row, found a row with no event/, {
      removed: 1,
    });
  });

  it("an incident that was never declared", async () => {
    const item = await row(open, "METADATA");
    await tampered(
      () => put(test.db, rows, { ...item, PK: "INCIDENT#01943a5c-0000-7000-8000-00000000ffff" }),
      /^ROW aegis-incidents INCIDENT#01943a5c-0000-7000-8000-00000000ffff METADATA · row: expected no row/,
      { removed: 1 },
    );
  });

  it("a number that is another incident's", async () => {
    await tampered(
      async () =>
        put(test.db, rows, {
          PK: "NUMBER#77",
          SK: "INCIDENT",
          GSI2PK: "INCIDENTS",
          GSI2SK: `INCIDENT#${open}`,
          id: open,
          number: 77,
        }),
      /^ROW aegis-incidents NUMBER#77 INCIDENT · row: expected no row/,
      { removed: 1 },
    );
  });
});

describe("rows that expire", () => {
  const commentsOf = async (incidentId: string | undefined) =>
    (await itemsOf(test.db, rows)).filter(
      ({ PK, SK }) => PK === `INCIDENT#${incidentId}` && String(SK).startsWith("COMMENT"),
    );

  it("may be gone, and are not brought back", async () => {
    const comments = await commentsOf(closed);
    expect(comments).toHaveLength(2);
    // The clock stands 100 days after the end; comments are kept for 90.
    for (const comment of comments) await remove(test.db, rows, comment);
    expect((await test.verify()).lines).toEqual([]);
    expect(await rebuild()).toMatchObject({ restored: 0 });
    expect(await commentsOf(closed)).toEqual([]);
  });

  it("are not brought back either where the incident was reopened after they had expired", async () => {
    const [comment] = await commentsOf(reopened);
    if (comment === undefined) throw new Error("no comment");
    expect(comment["ttl"]).toBeUndefined();
    await remove(test.db, rows, comment);
    expect((await test.verify()).lines).toEqual([]);
    expect(await rebuild()).toMatchObject({ restored: 0 });
  });

  it("must be there as long as they have not expired", async () => {
    const summary = await row(closed, "SUMMARY");
    await remove(test.db, rows, summary);
    expect((await test.verify()).lines).toHaveLength(1);
    test.setClock(addDays(day0, 400));
    expect((await test.verify()).lines).toEqual([]);
    expect(await rebuild()).toMatchObject({ restored: 0 });
    test.setClock(addDays(day0, 100));
    expect(await rebuild()).toMatchObject({ restored: 1 });
    expect(await get(test.db, rows, summary)).toEqual(summary);
  });

  it("may have the old time to live while the work on them waits", async () => {
    await test.ledger.incidents.change(open ?? "", "ChangeStatus", { to: "RESOLVED" }, ada);
    await test.ledger.incidents.change(open ?? "", "ChangeStatus", { to: "CLOSED" }, ada);
    expect((await test.verify()).lines).toEqual([]);
    await test.ledger.retention.run();
    expect((await test.verify()).lines).toEqual([]);
    await test.ledger.incidents.change(open ?? "", "Reopen", { reason: "a mistake" }, ada);
    await test.ledger.retention.run();
    expect((await test.verify()).lines).toEqual([]);
  });
});

describe("a tampered log is named, and no rebuild touches the rows of its stream:", () => {
  const tampered = async (version: number, tamper: (item: Item) => Promise<void>, ...lines: readonly RegExp[]) => {
    const before = await content();
    const item = await theItem(
      test.db,
      "domain-events",
      (candidate) => candidate["streamId"] === streamOf(closed) && candidate["version"] === version,
    );
    await tamper(item);
    const found = (await test.verify()).lines;
    const rebuilt = await rebuild();
    const after = await content();
    await put(test.db, "domain-events", item);
    for (const line of lines) expect(found).toContainEqual(expect.stringMatching(line));
    expect(rebuilt).toMatchObject({ unsound: 1, writes: 0 });
    expect(after).toBe(before);
    expect((await test.verify()).lines).toEqual([]);
  };

  it.each<[string, string, unknown]>([
    ["a time", "recordedAt", "2025-01-15T10:30:00.001Z"],
    ["who did it", "actorId", "eve"],
    ["a correlation", "correlationId", "other"],
    ["a hash", "previousHash", "x"],
  ])("%s", async (_, name, value) => {
    await tampered(
      3,
      (item) => setAttribute(test.db, "domain-events", item, name, value),
      /^LOG Incident-\S+ version 3 · (hash|previousHash): expected \S+, found \S+/,
      /^FEED .+ version 3 · event 3/,
    );
  });

  it("one byte of an event's data, with a hash that was made to fit", async () => {
    await tampered(
      3,
      async (item) => {
        const [event] = storedEventsOf(item);
        if (event === undefined) throw new Error("no event");
        const data = JSON.parse(JSON.stringify(event.data).replace("first", "First")) as unknown;
        const hash = eventHash({ ...event, data }, event.previousHash, sha256);
        const [stored] = JSON.parse(String(item["events"])) as object[];
        await setAttribute(test.db, "domain-events", item, "events", JSON.stringify([{ ...stored, data, hash }]));
      },
      /^LOG Incident-\S+ version 4 · previousHash: expected \S+, found \S+/,
    );
  });

  it("an event without its hash, behind one that has it", async () => {
    await tampered(
      3,
      (item) =>
        setAttribute(test.db, "domain-events", item, "events", String(item["events"]).replace(/,"hash":"[^"]+"/, "")),
      /^LOG Incident-\S+ version 3 · hash: expected a hash, found none/,
    );
  });

  it("an event that no schema accepts", async () => {
    await tampered(
      3,
      (item) =>
        setAttribute(test.db, "domain-events", item, "events", String(item["events"]).replace('"text"', '"texts"')),
      /^LOG Incident-\S+ version 3 · data: expected what its schema says, found /,
    );
  });

  it("a commit that cannot be read at all", async () => {
    await tampered(
      3,
      (item) => setAttribute(test.db, "domain-events", item, "events", "["),
      /^LOG Incident-\S+ version 3 · item: expected what the format says, found /,
    );
  });

  it("a commit that is missing in the middle", async () => {
    await tampered(
      4,
      (item) => remove(test.db, "domain-events", item),
      /^LOG Incident-\S+ version 4 · version: expected a commit, found nothing up to version 4/,
      /^LOG Incident-\S+ version 5 · previousHash/,
      /^FEED domain-feed stream#Incident-\S+ 4 · item: expected nothing/,
      /^FEED .+ version 4 · commit: expected "a commit that the log has"/,
    );
  });

  it("the last commit that is missing, by the feed; the rows are not blamed, and no rebuild takes it out of them", async () => {
    const head = await test.ledger.eventStore.headVersion(streamOf(closed));
    const last = await theItem(
      test.db,
      "domain-events",
      (item) => item["streamId"] === streamOf(closed) && Number(item["version"]) + Number(item["n"]) - 1 === head,
    );
    await remove(test.db, "domain-events", last);
    const { lines } = await test.verify();
    const counts = await rebuildRows(test.deps, incidentVerifiedView);
    await put(test.db, "domain-events", last);
    expect(counts).toMatchObject({ unsound: 1, corrected: 0, removed: 0, restored: 0 });
    expect(lines).toContainEqual(expect.stringMatching(/^LOG .+ as the feed has them/));
    expect(lines.filter((line) => line.startsWith("ROW"))).toEqual([]);
    expect(lines).toContainEqual(expect.stringMatching(/^FEED .+ commit: expected "a commit that the log has"/));
    expect((await test.verify()).lines).toEqual([]);
  });

  it("tags that are not those of the states, which hinder no rebuild", async () => {
    const item = await theItem(
      test.db,
      "domain-events",
      (candidate) => candidate["streamId"] === streamOf(closed) && candidate["version"] === 4,
    );
    await setAttribute(test.db, "domain-events", item, "tags", JSON.stringify({ before: [], after: [] }));
    const { lines } = await test.verify();
    const rebuilt = await rebuild();
    await put(test.db, "domain-events", item);
    expect(lines).toContainEqual(expect.stringMatching(/^LOG Incident-\S+ version 4 · tags/));
    expect(rebuilt).toMatchObject({ unsound: 0 });
  });
});

describe("a digest of an earlier time", () => {
  it("is another one where a stream was forged with its chain made anew, which nothing else shows", async () => {
    const { fed, counts } = await test.verify();
    expect(fed?.heads.reduce((sum, head) => sum + head, 0)).toBe(counts.events);
    const at = fed?.heads;
    const stream = (await itemsOf(test.db, "domain-events")).filter(
      ({ streamId, kind }) => streamId === streamOf(open) && kind === undefined,
    );
    const last = stream.reduce((one, other) => (Number(other["version"]) > Number(one["version"]) ? other : one));
    const [event] = storedEventsOf(last);
    if (event === undefined) throw new Error("no event");
    const occurredAt = addDays(day0, -1);
    const hash = eventHash({ ...event, occurredAt }, event.previousHash, sha256);
    const stored = JSON.parse(String(last["events"])) as readonly object[];
    const events = JSON.stringify([{ ...stored[0], occurredAt, hash }, ...stored.slice(1)]);
    await setAttribute(test.db, "domain-events", last, "events", events);
    const forged = await test.verify({ digestAt: at });
    expect(forged.asked?.digest).not.toBe(fed?.digest);
    expect(forged.lines.filter((line) => line.startsWith("LOG"))).toEqual([]);
    await put(test.db, "domain-events", last);
    expect((await test.verify({ digestAt: at })).asked).toEqual(fed);
  });
});

describe("a row with no event behind it", () => {
  it("is left where a command took its place before it went", async () => {
    const number = await theItem(test.db, rows, ({ PK, number: of }) => String(PK).startsWith("NUMBER#") && of === 1);
    const place = { ...number, PK: "NUMBER#100", number: 100 };
    const nobody = "01946983-0000-7000-8000-000000000000";
    await put(test.db, rows, { ...place, id: nobody, GSI2SK: `INCIDENT#${nobody}` });
    const db = test.engine.db({ tableName: test.db.tableName });
    let taken = false;
    db.client.middlewareStack.add(
      (next, context) => async (args) => {
        const { TransactItems = [] } = args.input as {
          readonly TransactItems?: readonly { readonly Delete?: unknown }[];
        };
        if (
          !taken &&
          context.commandName === "TransactWriteItemsCommand" &&
          TransactItems.some((item) => item.Delete)
        ) {
          taken = true;
          await put(test.db, rows, place);
        }
        return next(args);
      },
      { step: "initialize", name: "takeMeanwhile" },
    );
    const { removed } = await rebuildRows({ ...test.deps, db }, incidentVerifiedView);
    expect([taken, removed]).toEqual([true, 0]);
    expect(await get(test.db, rows, place)).toMatchObject({ id: number["id"] });
    // Here nobody has it after all, and the next rebuild finds that out.
    expect((await rebuild()).removed).toBe(1);
    expect((await test.verify()).lines).toEqual([]);
  });
});

describe("a stream whose hashes were taken away, and its text forged,", () => {
  const bare = (text: string) =>
    JSON.stringify(
      (JSON.parse(text) as readonly Record<string, unknown>[]).map(({ hash: _hash, ...event }) => event),
    ).replaceAll("Secret", "Forged");
  /** A ledger with one incident, made after its first start, whose log and feed are forged alike. */
  const forge = async (ledger: ProvenLedger) => {
    const input = { title: "Secret", severity: "P2" as const, services: ["payments"] };
    const { incidentId } = await ledger.ledger.incidents.declare(input, ada);
    await ledger.ledger.incidents.addComment(incidentId, { text: "a comment" }, ada);
    const other = ledgerAt(day0, { db: ledger.db, engine: test.engine.engine, dataDir: "/nowhere" });
    await other.start();
    await other.close();
    expect((await ledger.verify()).lines).toEqual([]);
    for (const { previousHash: _, ...item } of await itemsOf(ledger.db, "domain-events"))
      await put(ledger.db, "domain-events", { ...item, events: bare(String(item["events"])) });
    for (const item of (await itemsOf(ledger.db, "domain-feed")).filter(({ entries }) => entries !== undefined)) {
      const commits = JSON.parse(String(item["entries"])) as readonly Record<string, unknown>[];
      const forged = commits.map(({ previousHash: _, ...commit }) => ({
        ...commit,
        events: JSON.parse(bare(JSON.stringify(commit["events"]))) as unknown,
      }));
      await put(ledger.db, "domain-feed", { ...item, entries: JSON.stringify(forged) });
    }
    return incidentId;
  };
  const inLedger = async (work: (ledger: ProvenLedger) => Promise<void>) => {
    const ledger = await startProvenLedger(test.engine);
    await work(ledger).finally(() => ledger.close());
  };

  it("is named, and its rows are left, in a ledger that has hashed all its events", () =>
    inLedger(async (ledger) => {
      await requireFeedLayout(ledger.db, 4);
      const incidentId = await forge(ledger);
      const { unsound } = await rebuildRows(ledger.deps, incidentVerifiedView);
      expect(unsound).toBe(1);
      const { lines } = await ledger.verify();
      const named = (version: number) =>
        `LOG Incident-${incidentId} version ${version} · hash: expected a hash, found none`;
      expect(lines).toEqual(expect.arrayContaining([named(1), named(2)]));
      expect((await verifyStream(ledger.deps, `Incident-${incidentId}`)).differences).not.toEqual([]);
    }));

  it("is only counted in a ledger that may be older than hashes", () =>
    inLedger(async (ledger) => {
      await requireFeedLayout(ledger.db, 4, false);
      await forge(ledger);
      await rebuildRows(ledger.deps, incidentVerifiedView);
      const { lines, counts } = await ledger.verify();
      expect(lines).toEqual([]);
      expect(counts).toMatchObject({ events: 2, unhashed: 2 });
    }));
});

describe("the rest of the ledger", () => {
  it("names an idempotency record whose outcome does not exist", async () => {
    const record = await theItem(
      test.db,
      "domain-events",
      (item) => item["kind"] === "idempotency" && String(item["outcome"]).includes(`${closed}","version":2`),
    );
    await setAttribute(
      test.db,
      "domain-events",
      record,
      "outcome",
      JSON.stringify([{ streamId: streamOf(closed), version: 999 }]),
    );
    expect((await test.verify()).lines).toEqual([
      expect.stringMatching(/^RECORD domain-events Command-\S+ · outcome: .+ has no version 999/),
    ]);
    await put(test.db, "domain-events", record);
  });

  it("names an idempotency record that stands for another command", async () => {
    const isRecord = (item: Item) => item["kind"] === "idempotency";
    const [record, other] = (await itemsOf(test.db, "domain-events")).filter(isRecord);
    if (record === undefined || other === undefined) throw new Error("no records");
    await setAttribute(test.db, "domain-events", record, "outcome", other["outcome"]);
    expect((await test.verify()).lines).toEqual([
      expect.stringMatching(/^RECORD domain-events Command-\S+ · commandId: expected "\S+", found "\S+"/),
    ]);
    await put(test.db, "domain-events", record);
    expect((await test.verify()).lines).toEqual([]);
  });

  it("names the heads of other logs where the index has them otherwise", async () => {
    const index = (await itemsOf(test.db, "domain-feed")).filter(({ log }) => String(log).startsWith("stream#"));
    const headsOf = ({ heads }: Item) => (heads as readonly unknown[]).map(Number);
    for (const by of [3, -1]) {
      const item = index.find((one) =>
        headsOf(one).some((head, log) => log !== Number(one["feedLog"]) && head + by >= 0 && head > 0),
      );
      if (item === undefined) throw new Error("no item");
      const heads = headsOf(item).map((head, log) => (log === Number(item["feedLog"]) ? head : Math.max(0, head + by)));
      await setAttribute(test.db, "domain-feed", item, "heads", heads);
      const { lines } = await test.verify();
      expect(lines).not.toEqual([]);
      expect(lines.every((line) => line.startsWith("FEED domain-feed") && line.includes("heads"))).toBe(true);
      await put(test.db, "domain-feed", item);
    }
    expect((await test.verify()).lines).toEqual([]);
  });

  it("names a counter that would hand out a number twice, and a rebuild raises it", async () => {
    const [counter] = (await itemsOf(test.db, "processor-checkpoints")).filter(
      ({ processor }) => processor === "incident-number",
    );
    if (counter === undefined) throw new Error("no counter");
    await setAttribute(test.db, "processor-checkpoints", counter, "value", 2);
    expect((await test.verify()).lines).toEqual([
      "COUNTER processor-checkpoints incident-number last · value: expected at least 4, found 2",
    ]);
    await rebuild();
    expect((await test.verify()).lines).toEqual([]);
  });

  it("names a processor that claims to have seen what the feed has not", async () => {
    const claim = {
      processor: "some-view",
      partition: "position",
      heads: [9_999, 0, 0, 0],
      revision: 1,
      generation: 1,
    };
    await put(test.db, "processor-checkpoints", claim);
    expect((await test.verify()).lines).toEqual([
      expect.stringMatching(/^COUNTER processor-checkpoints some-view position · heads/),
    ]);
    await remove(test.db, "processor-checkpoints", claim);
  });
});

describe("a feed that was tampered with is named:", () => {
  it("entries in another order", async () => {
    const feed = await itemsOf(test.db, "domain-feed");
    const item = feed.find(
      ({ log, entries }) => String(log).startsWith("log#") && (JSON.parse(String(entries)) as unknown[]).length > 1,
    );
    if (item === undefined) throw new Error("no item with several commits");
    const [first, second, ...rest] = JSON.parse(String(item["entries"])) as unknown[];
    await setAttribute(test.db, "domain-feed", item, "entries", JSON.stringify([second, first, ...rest]));
    const { lines } = await test.verify();
    expect(lines).toContainEqual(
      expect.stringMatching(/^FEED domain-feed log#\d \d+, Incident-\S+ version \d+ · place in the index/),
    );
    expect(lines).toContainEqual(expect.stringMatching(/^FEED domain-feed · index as a whole/));
    await put(test.db, "domain-feed", item);
    expect((await test.verify()).lines).toEqual([]);
  });

  it.each(["log#", "stream#"])("a %s item that is missing", async (prefix) => {
    const item = (await itemsOf(test.db, "domain-feed")).find(
      ({ log, position }) => String(log).startsWith(prefix) && position === 1,
    );
    if (item === undefined) throw new Error("no item");
    await remove(test.db, "domain-feed", item);
    const { lines } = await test.verify();
    await put(test.db, "domain-feed", item);
    expect(lines).toContainEqual(expect.stringMatching(/^FEED/));
    expect((await test.verify()).lines).toEqual([]);
  });

  it("an index item of a stream that does not exist", async () => {
    const item = (await itemsOf(test.db, "domain-feed")).find(({ log }) => String(log).startsWith("stream#"));
    const orphan = { ...item, log: "stream#Incident-none" };
    await put(test.db, "domain-feed", orphan);
    expect((await test.verify()).lines).toEqual([expect.stringMatching(/^ROW domain-feed stream#Incident-none/)]);
    await remove(test.db, "domain-feed", orphan);
  });
});

describe("an async view that was tampered with is named:", () => {
  beforeAll(async () => {
    const heads = await test.ledger.pipeline.feed.head();
    const names = ["event-index", "incident-counts"];
    const isThere = async (name: string) => covers((await loadCheckpoint(test.db, name))?.position ?? [], heads);
    await vi.waitUntil(async () => (await Promise.all(names.map(isThere))).every(Boolean), { timeout: 20_000 });
    expect((await test.verify()).lines).toEqual([]);
  });

  const tampered = async (table: TableName, item: Item, tamper: () => Promise<void>, line: RegExp) => {
    await tamper();
    const { lines } = await test.verify();
    await put(test.db, table, item);
    expect(lines).toEqual([expect.stringMatching(line)]);
    expect((await test.verify()).lines).toEqual([]);
  };

  it("a count", async () => {
    const item = await theItem(test.db, rows, ({ PK }) => String(PK).startsWith("COUNTS#"));
    const counts = JSON.stringify({ ...(JSON.parse(String(item["counts"])) as object), OPEN: 77 });
    await tampered(
      rows,
      item,
      () => setAttribute(test.db, rows, item, "counts", counts),
      /^ROW aegis-incidents COUNTS#1 all · counts: expected .+, found .+77/,
    );
  });

  it("an event that the index lacks, and one that it places elsewhere", async () => {
    const [item] = await itemsOf(test.db, "domain-event-index");
    if (item === undefined) throw new Error("no item");
    const remover = () => remove(test.db, "domain-event-index", item);
    await tampered(
      "domain-event-index",
      item,
      remover,
      /^ROW domain-event-index \S+ \S+ · row: expected a row, found no row/,
    );
    await tampered(
      "domain-event-index",
      item,
      () => setAttribute(test.db, "domain-event-index", item, "type", "Other"),
      /^ROW domain-event-index \S+ \S+ · type: expected "\w+", found "Other"/,
    );
  });
});

describe("a run that was stopped", () => {
  it("goes on where it was, and comes to the same end", async () => {
    const whole = await test.verify();
    const states: VerifyState[] = [];
    await test.verify({ onState: (state) => void states.push(state) });
    expect(states.map(({ phase }) => phase)).toEqual(["streams", "orphans", "feed"]);
    for (const state of states) {
      const resume = JSON.parse(JSON.stringify(state)) as VerifyState;
      expect(await test.verify({ resume })).toEqual(whole);
    }
  });

  it("rejects with the reason that it was stopped for", async () => {
    await expect(test.verify({ signal: AbortSignal.abort(new Error("stopped")) })).rejects.toThrow("stopped");
    await expect(rebuild({ signal: AbortSignal.abort(new Error("stopped")) })).rejects.toThrow("stopped");
  });

  it("of a rebuild goes on where it was", async () => {
    const states: RebuildState[] = [];
    const whole = await rebuild({ onState: (state) => void states.push(state) });
    expect(states.length).toBeGreaterThan(1);
    for (const resume of states) expect(await rebuild({ resume })).toEqual(whole);
  });
});

describe("one stream", () => {
  it("is verified alone", async () => {
    const sound = await verifyStream(test.deps, streamOf(open));
    expect(sound).toMatchObject({ counts: { streams: 1, differences: 0 }, differences: [] });
    const metadata = await row(open, "METADATA");
    await setAttribute(test.db, rows, metadata, "title", "Another");
    expect((await verifyStream(test.deps, streamOf(open))).differences).toMatchObject([{ attribute: "title" }]);
    await put(test.db, rows, metadata);
  });
});
