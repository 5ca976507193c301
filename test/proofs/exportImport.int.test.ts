/** Export and import: an empty ledger becomes the same one, position for position; what is not whole or not empty is refused. */
import { setImmediate, setTimeout } from "node:timers/promises";
import type { QueryCommandInput } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { LeaseLostError } from "../../src/domain/kernel/lease.js";
import type { DynamoDb } from "../../src/store/dynamodb/client.js";
import { loadCheckpoint } from "../../src/store/processing/checkpoint.js";
import { createDynamoDbChangeFeed } from "../../src/store/feed/changeFeed.js";
import { FeedLayoutError, requireFeedLayout } from "../../src/store/feed/feedLayout.js";
import { feederLease } from "../../src/store/feed/feeder.js";
import { createLeases, leaseKey } from "../../src/store/processing/leases.js";
import { ExportFileError } from "../../src/store/proofs/exportFormat.js";
import { UnfinishedImportError } from "../../src/store/proofs/importMarker.js";
import { exportLines } from "../../src/store/proofs/exportLedger.js";
import {
  ImportDisturbedError,
  LedgerInUseError,
  LedgerNotEmptyError,
  importLedger,
} from "../../src/store/proofs/importLedger.js";
import type { Lines } from "../../src/store/proofs/importLedger.js";
import type { TableName } from "../../src/store/tables.js";
import { collect } from "../conformance/eventStore.conformance.js";
import { ada, fill, itemsOf, put, remove, startProvenLedger } from "./support/provenLedger.js";
import type { ProvenLedger } from "./support/provenLedger.js";

let source: ProvenLedger;
let file: string[] = [];
let incidentIds: readonly string[];

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
const linesOf = (lines: readonly string[]): Lines =>
  async function* () {
    yield* lines;
  };
const sorted = async (db: DynamoDb, table: TableName) =>
  (await itemsOf(db, table)).map((item) => JSON.stringify(item, Object.keys(item).sort())).sort();
const entriesOf = async ({ db, deps }: ProvenLedger) => {
  const feed = createDynamoDbChangeFeed({ db, codec: deps.codec, logs: 4 });
  const heads = await feed.head();
  return Promise.all(heads.map((_, log) => feed.read(log, 0, 10_000)));
};
const target = async (work: (target: ProvenLedger) => Promise<void>) => {
  const ledger = await startProvenLedger(source.engine);
  ledger.setClock(source.deps.clock.now());
  try {
    await work(ledger);
  } finally {
    await ledger.close();
  }
};

beforeAll(async () => {
  source = await startProvenLedger();
  ({ incidentIds } = await fill(source));
  file = await collect(exportLines(source.deps));
});
afterAll(() => source.close());

describe("an export that is imported into an empty ledger", () => {
  it("makes the same ledger, in which verify finds nothing", () =>
    target(async (copy) => {
      const { digest, counts } = await importLedger(copy.deps, linesOf(file));
      const { lines, counts: found, digest: proved } = await copy.verify();
      expect(lines).toEqual([]);
      expect(proved).toBe(digest);
      expect((await source.verify()).digest).toBe(digest);
      expect(counts).toMatchObject({ commits: found.commits, events: found.events, records: found.records });
      expect(await sorted(copy.db, "domain-events")).toEqual(await sorted(source.db, "domain-events"));
      expect(await entriesOf(copy)).toEqual(await entriesOf(source));
    }));

  it("is not published again: the world was told by the ledger that it comes from", () =>
    target(async (copy) => {
      const { heads } = await importLedger(copy.deps, linesOf(file));
      expect((await loadCheckpoint(copy.db, "publisher"))?.position).toEqual(heads);
    }));

  it("resolves every commit to the position that it had, so that cursors go on", () =>
    target(async (copy) => {
      await importLedger(copy.deps, linesOf(file));
      for (const incidentId of incidentIds) {
        const feeds = [copy, source].map(({ db, deps }) =>
          createDynamoDbChangeFeed({ db, codec: deps.codec, logs: 4 }),
        );
        const [there, here] = await Promise.all(feeds.map((feed) => feed.resolve(`Incident-${incidentId}`, 2)));
        expect(there).toEqual(here);
        expect(there).toBeDefined();
      }
    }));

  it("goes on: numbers, idempotency keys and streams", () =>
    target(async (copy) => {
      await importLedger(copy.deps, linesOf(file));
      const { incidents } = copy.ledger;
      const input = { title: "New", severity: "P1" as const, services: ["payments"] };
      const declared = await incidents.declare(input, ada);
      expect(declared.incident?.number).toBe(5);
      await incidents.addComment(incidentIds[0] ?? "", { text: "after the move" }, ada);
      const again = await incidents.declare(
        { title: "Open", severity: "P2", services: ["payments", "search"], labels: { team: "a" }, commander: "ada" },
        { ...ada, idempotencyKey: "k1" },
      );
      expect(again.incidentId).toBe(incidentIds[0]);
      await copy.ledger.start();
      expect((await copy.verify()).lines).toEqual([]);
    }));

  it("does not bring back what had expired", () =>
    target(async (copy) => {
      await importLedger(copy.deps, linesOf(file));
      const comments = (await itemsOf(copy.db, "aegis-incidents")).filter(({ SK }) => String(SK).startsWith("COMMENT"));
      // Of three incidents with two comments each, one is closed for longer than comments are kept, and one was.
      expect(comments).toHaveLength(2);
    }));
});

/** Options with which an import is interrupted behind a step. */
const stopAfter = (steps: number) => {
  const stop = new AbortController();
  let left = steps;
  const onProgress = () => {
    if ((left -= 1) === 0) stop.abort(new Error("pulled the plug"));
  };
  return { signal: stop.signal, onProgress };
};

describe("an import beside a server", () => {
  const leaseMilliseconds = 400;
  const leasesOf = ({ db }: ProvenLedger, owner: string) =>
    createLeases({ db, owner, milliseconds: leaseMilliseconds, takeOver: false, log: silent });

  it("is refused while the server feeds, and names it", () =>
    target(async (copy) => {
      const end = new AbortController();
      const leases = leasesOf(copy, "the server");
      let holding: Promise<void> | undefined;
      await new Promise<void>((resolve) => {
        const work = ({ lost }: { readonly lost: AbortSignal }) => {
          resolve();
          return new Promise<void>((done) => {
            for (const signal of [lost, end.signal]) signal.addEventListener("abort", () => done());
          });
        };
        holding = leases.hold(feederLease, work, { signal: end.signal });
      });
      const refused = importLedger(copy.deps, linesOf(file), { leaseMilliseconds });
      await expect(refused).rejects.toThrow("a server uses this ledger (the server)");
      await expect(refused).rejects.toBeInstanceOf(LedgerInUseError);
      expect(await itemsOf(copy.db, "domain-events")).toEqual([]);
      end.abort();
      await holding;
      await importLedger(copy.deps, linesOf(file), { leaseMilliseconds });
    }));

  it("takes over from a server that was killed", () =>
    target(async (copy) => {
      await put(copy.db, "processor-checkpoints", { ...leaseKey(feederLease), owner: "dead", token: 3, beat: 9 });
      await importLedger(copy.deps, linesOf(file), { leaseMilliseconds });
      expect((await copy.verify()).lines).toEqual([]);
      expect(await leasesOf(copy, "any").holder(feederLease)).toBeUndefined();
    }));

  it("stops where its lease is taken away, and may go on", () =>
    target(async (copy) => {
      let taken = false;
      const wait = async function* () {
        for (const [index, line] of file.entries()) {
          if (index === 4 && (await leasesOf(copy, "any").holder(feederLease)) !== undefined) {
            const row = { ...leaseKey(feederLease), owner: "another", token: 99, beat: 1 };
            await put(copy.db, "processor-checkpoints", row);
            taken = true;
            // Until the next beat finds out.
            await setTimeout(leaseMilliseconds / 2);
          }
          yield line;
        }
      };
      await expect(importLedger(copy.deps, wait, { leaseMilliseconds })).rejects.toThrow(LeaseLostError);
      expect(taken).toBe(true);
      await importLedger(copy.deps, linesOf(file), { leaseMilliseconds });
      expect((await copy.verify()).lines).toEqual([]);
    }));
});

describe("an import that was interrupted", () => {
  it.each([1, 2, 3, 4, 5, 7])("after step %i goes on to the same end", (steps) =>
    target(async (copy) => {
      const stop = new AbortController();
      let left = steps;
      const interrupted = importLedger(copy.deps, linesOf(file), {
        signal: stop.signal,
        onProgress: () => {
          if ((left -= 1) === 0) stop.abort(new Error("pulled the plug"));
        },
      });
      await expect(interrupted).rejects.toThrow("pulled the plug");
      await importLedger(copy.deps, linesOf(file));
      expect((await copy.verify()).lines).toEqual([]);
      expect(await entriesOf(copy)).toEqual(await entriesOf(source));
    }),
  );

  it("is no ledger yet: no server starts on it, verify and export name it, and the import goes on", () =>
    target(async (copy) => {
      const onProgress = stopAfter(3);
      await expect(importLedger(copy.deps, linesOf(file), onProgress)).rejects.toThrow("pulled the plug");
      await expect(copy.ledger.start()).rejects.toThrow(UnfinishedImportError);
      await expect(copy.ledger.start()).rejects.toThrow("opsledger import --from");
      await expect(collect(exportLines(copy.deps))).rejects.toThrow(UnfinishedImportError);
      expect((await copy.verify()).lines).toContain(
        "LOG processor-checkpoints import file · row: expected no row, found an import that has not ended; go on with it",
      );
      await importLedger(copy.deps, linesOf(file));
      await copy.ledger.start();
      expect((await copy.verify()).lines).toEqual([]);
    }));

  it("and written to by somebody else does not end", () =>
    target(async (copy) => {
      await expect(importLedger(copy.deps, linesOf(file), stopAfter(3))).rejects.toThrow("pulled the plug");
      await copy.ledger.incidents.declare({ title: "In between", severity: "P2", services: ["payments"] }, ada);
      await expect(importLedger(copy.deps, linesOf(file))).rejects.toThrow(
        /the log does not have the digest of the file: something else wrote/,
      );
      await expect(importLedger(copy.deps, linesOf(file))).rejects.toThrow(ImportDisturbedError);
      await expect(copy.ledger.start()).rejects.toThrow(UnfinishedImportError);
    }));

  it("takes no other file in between", () =>
    target(async (copy) => {
      const stop = new AbortController();
      const onProgress = () => stop.abort(new Error("stopped"));
      await expect(importLedger(copy.deps, linesOf(file), { signal: stop.signal, onProgress })).rejects.toThrow(
        "stopped",
      );
      const other = await collect(exportLines({ ...source.deps, clock: { now: () => "2030-01-01T00:00:00.000Z" } }));
      await expect(importLedger(copy.deps, linesOf(other))).rejects.toThrow(LedgerNotEmptyError);
    }));
});

describe("an import is refused, and nothing is written,", () => {
  const refused = (lines: readonly string[], message: RegExp) =>
    target(async (copy) => {
      await expect(importLedger(copy.deps, linesOf(lines))).rejects.toThrow(message);
      await expect(importLedger(copy.deps, linesOf(lines))).rejects.toBeInstanceOf(ExportFileError);
      expect(await itemsOf(copy.db, "domain-events")).toEqual([]);
    });

  it("where the file ends too early", async () => {
    await refused(file.slice(0, -1), /line \d+: the file is not whole: its end is missing/);
    await refused([], /line 1: the file is not whole/);
  });

  it("where a line was cut", () =>
    refused([...file.slice(0, 5), (file[5] ?? "").slice(0, 40)], /line 6: cannot be read/));

  it("where an event was altered", () =>
    refused(
      file.map((line) => line.replace("first, edited", "first, forged")),
      /line \d+: Incident-\S+ version \d+ is not the event that was written/,
    ));

  it("where something else was altered", () =>
    refused(
      file.map((line) => line.replace('"value":4', '"value":1')),
      /line \d+: the file was altered/,
    ));

  it("where a commit was taken out", () =>
    refused([...file.slice(0, 3), ...file.slice(4)], /line 4: log \d has no position \d+ here/));

  it("where the last commit of a log was taken out", () => {
    const last = file.findLastIndex((line) => line.startsWith('{"commit"'));
    return refused([...file.slice(0, last), ...file.slice(last + 1)], /altered/);
  });

  it("where something was added", () =>
    refused([...file, file[1] ?? ""], /line \d+: there is something behind the end/));

  it("where it is no export at all", async () => {
    await refused(["{}"], /line 1: cannot be read .*is no line of an export/);
    await refused(file.slice(1), /line 1: is not the header of an export/);
  });

  it("where the ledger is not empty", async () => {
    await expect(importLedger(source.deps, linesOf(file))).rejects.toThrow(
      /only an empty ledger takes an import, and this one has items in t\d+-domain-events/,
    );
  });

  it("where the feed is laid out otherwise", () =>
    target(async (copy) => {
      await requireFeedLayout(copy.db, 7);
      await expect(importLedger(copy.deps, linesOf(file))).rejects.toThrow(FeedLayoutError);
    }));
});

describe("an export of a running ledger", () => {
  it("holds what was in the feed when it began, and is whole", () =>
    target(async (copy) => {
      await importLedger(copy.deps, linesOf(file));
      const lines: string[] = [];
      for await (const line of exportLines(copy.deps)) {
        // Not fed: behind the head from the start.
        if (lines.length === 1)
          await copy.ledger.incidents.addComment(
            incidentIds[0] ?? "",
            { text: "meanwhile" },
            { ...ada, idempotencyKey: "new" },
          );
        lines.push(line);
      }
      expect(lines.slice(1, -1)).toEqual(file.slice(1, -1));
    }));

  it("ends at one place in the order of all logs, also where the feed grows while its ends are looked up", () =>
    target(async (copy) => {
      await copy.ledger.start();
      const db = source.engine.db({ tableName: copy.db.tableName });
      let fed: Promise<void> | undefined;
      const feedMore = async () => {
        const { incidents } = copy.ledger;
        const made = Array.from({ length: 12 }, (_, index) =>
          incidents.declare({ title: `Meanwhile ${index}`, severity: "P2", services: ["payments"] }, ada),
        );
        await Promise.all(made);
        const feed = createDynamoDbChangeFeed({ db: copy.db, codec: copy.deps.codec, logs: 4 });
        const isFed = async () => (await feed.head()).reduce((sum, head) => sum + head, 0) === 12;
        await vi.waitFor(async () => expect(await isFed()).toBe(true), { timeout: 5_000 });
      };
      db.client.middlewareStack.add(
        (next, context) => async (args) => {
          const { ProjectionExpression, ExpressionAttributeValues } = args.input as QueryCommandInput;
          const isHead = context.commandName === "QueryCommand" && ProjectionExpression === "#position, #n";
          // The end of the first log is looked up before, all others behind what is fed meanwhile.
          if (isHead && JSON.stringify(ExpressionAttributeValues).includes("log#0")) {
            const result = await next(args);
            fed ??= feedMore();
            return result;
          }
          while (isHead && fed === undefined) await setImmediate();
          if (isHead) await fed;
          return next(args);
        },
        { step: "initialize", name: "feedMeanwhile" },
      );
      const lines = await collect(exportLines({ ...copy.deps, db }));
      expect(fed).toBeDefined();
      await target(async (again) => {
        await importLedger(again.deps, linesOf(lines));
        await again.ledger.incidents.declare({ title: "Next", severity: "P2", services: ["payments"] }, ada);
        await again.ledger.start();
        expect((await again.verify()).lines).toEqual([]);
      });
    }));

  it("fails where feed and log do not agree", () =>
    target(async (copy) => {
      await importLedger(copy.deps, linesOf(file));
      const [commit] = (await itemsOf(copy.db, "domain-events")).filter(({ version }) => Number(version) === 3);
      if (commit === undefined) throw new Error("no commit");
      await remove(copy.db, "domain-events", commit);
      await expect(collect(exportLines(copy.deps))).rejects.toThrow("nothing behind the gap");
    }));
});
