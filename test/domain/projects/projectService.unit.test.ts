/** What callers may ask of projects: ingest once whatever comes twice, places that nobody takes, rules, settings, scope. */
import { beforeEach, describe, expect, it } from "vitest";
import {
  ForbiddenError,
  InvalidTransitionError,
  NotFoundError,
  UnavailableError,
  ValidationError,
  VersionConflictError,
} from "../../../src/domain/kernel/errors.js";
import { limits, unassigned } from "../../../src/domain/projects/index.js";
import type { Request } from "../../../src/domain/kernel/index.js";
import type { Ingested } from "../../../src/domain/projects/index.js";
import { ada, createWorld, incoming, project } from "./world.js";
import type { World } from "./world.js";

let world: World;
beforeEach(() => {
  world = createWorld();
});

const ofTeam = { ...ada, scope: ["redline-wholesale", "blue"] as const };
const repository = { type: "REPOSITORY", id: "acme/inventory-api" } as const;
const wasRefused = (answer: Ingested | { readonly refused: Error }): Error => {
  if (!("refused" in answer)) throw new Error("it was not refused");
  return answer.refused;
};
const wasTaken = (answer: Ingested | { readonly refused: Error }): Ingested => {
  if ("refused" in answer) throw answer.refused;
  return answer;
};

describe("ingest", () => {
  it("records a delivery with its place and its row", async () => {
    const { projectEvent, repeated, position } = await world.service.ingest(incoming(), ada);
    expect(repeated).toBe(false);
    expect(position.version).toBe(1);
    expect(projectEvent).toMatchObject({ project, eventTime: Date.parse("2025-06-02T13:37:58.000Z"), clipped: false });
    expect(world.events()).toEqual([projectEvent]);
  });

  it("costs one append and nothing else once settings are at hand", async () => {
    await world.service.ingest(incoming(), ada);
    Object.assign(world.counts, { append: 0, getSettings: 0, getProjectEvents: 0 });
    await world.service.ingest(incoming(), ada);
    expect(world.counts).toMatchObject({ append: 1, getSettings: 0, getProjectEvents: 0, getRouting: 0 });
  });

  it("has no second effect when the delivery comes again, in this process or another", async () => {
    const delivery = incoming({ deliveryId: "again" });
    const first = await world.service.ingest(delivery, ada);
    for (const { service } of [world, world.another()]) {
      const again = await service.ingest(delivery, ada);
      expect(again).toEqual({ projectEventId: first.projectEventId, repeated: true, position: first.position });
    }
    expect(world.events()).toHaveLength(1);
  });

  it("records one of sixteen deliveries of the same that come at the same time", async () => {
    const delivery = incoming({ deliveryId: "at-once" });
    const all = await Promise.all(Array.from({ length: 16 }, () => world.another().service.ingest(delivery, ada)));
    expect(all.filter(({ repeated }) => !repeated)).toHaveLength(1);
    expect(world.events()).toHaveLength(1);
  });

  it("keeps a thousand deliveries of one millisecond, in their order", async () => {
    const titles = Array.from({ length: 1_000 }, (_, index) => `Event ${index}`);
    await Promise.all(titles.map((title) => world.service.ingest(incoming({ event: { kind: "NOTE", title } }), ada)));
    expect(world.events().map(({ title }) => title)).toEqual(titles);
  });

  it("loses none where two processes take the same places", async () => {
    const others = [world.another(), world.another()];
    await Promise.all(
      Array.from({ length: 100 }, (_, index) => (others[index % 2] ?? world).service.ingest(incoming(), ada)),
    );
    expect(new Set(world.events().map(({ eventTime }) => eventTime)).size).toBe(100);
  });

  it("takes the time of receipt for what happened in the future", async () => {
    const { projectEvent } = await world.service.ingest(incoming({ occurredAt: "2099-01-01T00:00:00Z" }), ada);
    expect(projectEvent?.occurredAt).toBe("2025-06-02T13:37:58.000Z");
    const past = await world.service.ingest(incoming({ occurredAt: "2025-06-01T00:00:00Z" }), ada);
    expect(past.projectEvent?.occurredAt).toBe("2025-06-01T00:00:00.000Z");
  });

  it("puts what is too large beside the log, with its hash, before the event", async () => {
    const eventData = { diff: "x".repeat(limits.eventDataBytes + 1) };
    const { projectEvent } = await world.service.ingest(incoming({ eventData }), ada);
    expect(projectEvent?.clipped).toBe(true);
    const { original } = projectEvent ?? {};
    expect(world.objects.get(original?.objectKey ?? "")).toBe(JSON.stringify(eventData));
    expect(original?.bytes).toBe(JSON.stringify(eventData).length);
  });

  it("does not let a later delivery of the same id take the place of the original", async () => {
    const deliveryId = "twice";
    const first = { diff: "a".repeat(20_000) };
    const { projectEvent } = await world.service.ingest(incoming({ deliveryId, eventData: first }), ada);
    await world.service.ingest(incoming({ deliveryId, eventData: { diff: "b".repeat(20_000) } }), ada);
    expect(world.objects.get(projectEvent?.original?.objectKey ?? "")).toBe(JSON.stringify(first));
  });

  it("refuses what is nested beyond any reading, and says which field", async () => {
    let deep: unknown = 1;
    for (let level = 0; level < 20_000; level += 1) deep = [deep];
    const asked = world.service.ingest(incoming({ eventData: deep as never }), ada);
    await expect(asked).rejects.toThrow(ValidationError);
    await expect(asked).rejects.toMatchObject({ inputPath: ["eventData"] });
  });

  it("tells at once what the project's settings ask for, and never what is unassigned", async () => {
    const notified = async (importance: "CRITICAL" | "NORMAL", given = project) => {
      const event = { kind: "CHECK_FAILED", title: "Failed", importance } as const;
      const { projectEvent } = await world.service.ingest(incoming({ event, project: given }), ada);
      return projectEvent?.notify;
    };
    expect(await notified("CRITICAL")).toBe(true);
    expect(await notified("NORMAL")).toBe(false);
    await world.service.setSettings(project, { notifications: "ALL" }, ada);
    expect(await notified("NORMAL")).toBe(true);
    await world.service.setSettings(project, { notifications: "NONE" }, ada);
    expect(await notified("CRITICAL")).toBe(false);
    expect(await notified("CRITICAL", unassigned)).toBe(false);
  });
});

describe("assignment", () => {
  const arrives = async (id: string) => {
    const event = { kind: "PUSH" as const, title: "Pushed", refs: [{ ...repository, id }] };
    const { projectEvent } = await world.service.ingest({ ...incoming({ event }), project: undefined }, ada);
    return projectEvent?.project;
  };
  const rule = (pattern: string, to: string) =>
    world.service.addRule({ source: "GITHUB", field: "REPOSITORY", pattern, project: to }, ada);

  it("goes by the whole name, then by the longest beginning, else to nobody", async () => {
    await rule("acme/*", "acme");
    await rule("acme/inventory-*", "inventory");
    await rule("Acme/Inventory-API", "api");
    expect(await arrives("acme/web")).toBe("acme");
    expect(await arrives("acme/inventory-ui")).toBe("inventory");
    expect(await arrives("acme/inventory-api")).toBe("api");
    expect(await arrives("other/web")).toBe(unassigned);
  });

  it("sees a rule of this process at once, and one of another within five seconds", async () => {
    expect(await arrives("acme/web")).toBe(unassigned);
    await world
      .another()
      .service.addRule({ source: "GITHUB", field: "REPOSITORY", pattern: "acme/*", project: "acme" }, ada);
    expect(await arrives("acme/web")).toBe(unassigned);
    world.clock.advance(5_000);
    expect(await arrives("acme/web")).toBe("acme");
  });

  it("goes by the name of a board as well as by its id", async () => {
    const board = {
      source: "TRELLO",
      field: "BOARD",
      pattern: "Redline Wholesale",
      project: "redline-wholesale",
    } as const;
    await world.service.addRule(board, ada);
    const refs = [{ type: "BOARD" as const, id: "5d1f", title: "Redline Wholesale" }];
    const event = { kind: "CARD_CREATED" as const, title: "Created", refs };
    const { projectEvent } = await world.service.ingest(
      { ...incoming({ source: "TRELLO", event }), project: undefined },
      ada,
    );
    expect(projectEvent?.project).toBe("redline-wholesale");
  });

  it("refuses a second rule for the same thing, and finds the first under its key again", async () => {
    const input = { source: "GITHUB", field: "REPOSITORY", pattern: "acme/*", project: "acme" } as const;
    const keyed = { ...ada, idempotencyKey: "rule-1" };
    const { rule: added } = await world.service.addRule(input, keyed);
    const again = await world.service.addRule(input, keyed);
    expect(again.rule).toEqual(added);
    await expect(world.service.addRule({ ...input, project: "blue" }, ada)).rejects.toMatchObject({
      inputPath: ["pattern"],
    });
    await world.service.removeRule(added.ruleId, ada);
    await expect(world.service.removeRule(added.ruleId, ada)).rejects.toThrow(NotFoundError);
    expect((await world.service.addRule({ ...input, project: "blue" }, ada)).routing.rules).toHaveLength(1);
  });

  it.each(["", "a*b", "**"])("refuses the pattern %j", async (pattern) => {
    await expect(rule(pattern, "acme")).rejects.toThrow(ValidationError);
  });
});

describe("ingestMany", () => {
  it("takes a hundred in three transactions, in their order", async () => {
    await world.service.ingest(incoming(), ada);
    world.counts.append = 0;
    const answers = await world.service.ingestMany(
      Array.from({ length: 100 }, () => incoming()),
      ada,
    );
    expect(answers.map((answer) => wasTaken(answer).repeated)).toEqual(answers.map(() => false));
    expect(world.counts.append).toBe(3);
    const ids = answers.map((answer) => wasTaken(answer).projectEventId);
    expect(
      world
        .events()
        .slice(1)
        .map(({ projectEventId }) => projectEventId),
    ).toEqual(ids);
  });

  it("refuses what is wrong and takes the rest, and counts what comes twice once", async () => {
    const known = incoming();
    await world.service.ingest(known, ada);
    const fresh = incoming();
    const answers = await world.service.ingestMany([known, { nonsense: true }, fresh, fresh, incoming()], ada);
    const [first, second, third, fourth, fifth] = answers;
    expect(wasTaken(first as Ingested).repeated).toBe(true);
    expect(wasRefused(second as Ingested)).toBeInstanceOf(ValidationError);
    expect(wasTaken(third as Ingested).repeated).toBe(false);
    expect(wasTaken(fourth as Ingested)).toMatchObject({
      repeated: true,
      position: wasTaken(third as Ingested).position,
    });
    expect(wasTaken(fifth as Ingested).repeated).toBe(false);
    expect(world.events()).toHaveLength(3);
  });

  it("takes the others where one cannot be recorded, for whatever reason, and says so of that one only", async () => {
    const all = Array.from({ length: 50 }, (_, n) => incoming(n === 7 ? { eventData: { cursed: true } } : {}));
    world.failing((append) =>
      JSON.stringify(append).includes("cursed") ? new TypeError("a map of this is none") : undefined,
    );
    const answers = await world.service.ingestMany(all, ada);
    expect(wasRefused(answers[7] as Ingested)).toMatchObject({ code: "UNAVAILABLE" });
    expect(answers.filter((answer) => !("refused" in answer))).toHaveLength(49);
    expect(world.reported).toMatchObject([{ message: "a map of this is none" }]);
  });

  it("does not try each of them where the store is down", async () => {
    world.failing(() => new UnavailableError("the store does not answer"));
    const before = world.counts.append;
    const answers = await world.service.ingestMany(
      Array.from({ length: 40 }, () => incoming()),
      ada,
    );
    expect(answers.map((answer) => wasRefused(answer as Ingested))).toEqual(
      answers.map(() => expect.objectContaining({ code: "UNAVAILABLE" }) as unknown),
    );
    expect(world.counts.append - before).toBe(1);
  });

  it("asks once for all that came before", async () => {
    const all = Array.from({ length: 40 }, () => incoming());
    await world.service.ingestMany(all, ada);
    world.counts.getProjectEvents = 0;
    const again = await world.service.ingestMany(all, ada);
    expect(again.every((answer) => wasTaken(answer).repeated)).toBe(true);
    expect(world.counts.getProjectEvents).toBe(1);
  });

  it("takes none of more than a hundred, and nothing of nothing", async () => {
    await expect(
      world.service.ingestMany(
        Array.from({ length: 101 }, () => incoming()),
        ada,
      ),
    ).rejects.toThrow(ValidationError);
    expect(await world.service.ingestMany([], ada)).toEqual([]);
  });

  it("splits by size, so that no transaction is larger than DynamoDB takes", async () => {
    const eventData = { text: "ü".repeat(8_000) };
    const refs = Array.from({ length: 20 }, (_, n) => ({
      type: "OTHER" as const,
      id: `${"é".repeat(290)}${n}`,
      title: "ö".repeat(300),
    }));
    const large = Array.from({ length: 45 }, () =>
      incoming({ eventData, event: { kind: "NOTE", title: "Large", text: "ä".repeat(4_000), refs } }),
    );
    const answers = await world.service.ingestMany(large, ada);
    expect(answers.map((answer) => wasTaken(answer).repeated)).toEqual(large.map(() => false));
    expect(world.counts.append).toBeGreaterThan(1);
  });

  it("loses none and doubles none where two processes bring the same", async () => {
    const same = Array.from({ length: 60 }, () => incoming());
    const both = await Promise.all([world, world.another()].map(({ service }) => service.ingestMany(same, ada)));
    expect(both.flat().filter((answer) => !wasTaken(answer).repeated)).toHaveLength(60);
    expect(world.events()).toHaveLength(60);
  });
});

describe("a caller's key in place of a delivery id", () => {
  const keyed = (title: string, more: object = {}) =>
    incoming({ source: "GENERIC", deliveryId: "key-1", idempotencyKey: "k", event: { kind: "NOTE", title }, ...more });

  it("stands for one input: with another it is refused, and nothing is lost silently", async () => {
    const first = await world.service.ingest(keyed("Deployed 1"), ada);
    expect(await world.service.ingest(keyed("Deployed 1"), ada)).toMatchObject({
      projectEventId: first.projectEventId,
      repeated: true,
    });
    for (const other of [
      keyed("Deployed 2"),
      keyed("Deployed 1", { project: "blue" }),
      keyed("Deployed 1", { eventData: 1 }),
    ]) {
      await expect(world.service.ingest(other, ada)).rejects.toMatchObject({
        code: "IDEMPOTENCY_KEY_REUSED",
        key: "k",
      });
      const [answer] = await world.another().service.ingestMany([other], ada);
      expect(wasRefused(answer as Ingested)).toMatchObject({ code: "IDEMPOTENCY_KEY_REUSED" });
    }
    expect(world.events()).toHaveLength(1);
  });
});

describe("what callers bring", () => {
  const token = `ghp_${"a1".repeat(18)}`;

  it("is kept without what looks like a secret", async () => {
    const event = {
      kind: "NOTE" as const,
      title: `Rotated ${token}`,
      text: `token=${token}`,
      labels: [token],
      refs: [{ type: "OTHER" as const, id: "1", title: token, url: `https://example.org/?token=${token}` }],
    };
    const eventData = { list: [token], password: "hunter2" };
    const { projectEvent } = await world.service.ingest(incoming({ event, eventData }), ada);
    expect(projectEvent).toMatchObject({ title: "Rotated [redacted]", eventData: { list: ["[redacted]"] } });
    expect(JSON.stringify(world.events())).not.toMatch(new RegExp(`${token}|hunter2`));
  });

  it("has no characters that nobody sees, and is refused where it has no others", async () => {
    const title = "Merged \u202egnp.exe\u202c \u200bpull\u{e0041} request\u2066";
    const { projectEvent } = await world.service.ingest(incoming({ event: { kind: "NOTE", title } }), ada);
    expect(projectEvent?.title).toBe("Merged gnp.exe pull request");
    const family = "👩‍💻 می‌خواهم 🏴‍☠️";
    const kept = await world.service.ingest(incoming({ event: { kind: "NOTE", title: family } }), ada);
    expect(kept.projectEvent?.title).toBe(family);
    const empty = incoming({ event: { kind: "NOTE", title: "\u200b\u202e" } });
    await expect(world.service.ingest(empty, ada)).rejects.toMatchObject({ inputPath: ["event", "title"] });
  });
});

describe("reassign", () => {
  it("moves an event that waits, with its place, and leaves nothing behind", async () => {
    const { projectEventId, projectEvent } = await world.service.ingest(incoming(), ada);
    const moved = await world.service.reassign(projectEventId, { project: "blue", reason: "wrong board" }, ada);
    expect(moved.projectEvent).toMatchObject({ project: "blue", eventTime: projectEvent?.eventTime });
    expect(world.events()).toEqual([moved.projectEvent]);
  });

  it("takes a place a little later where another event has it", async () => {
    const { projectEventId, projectEvent } = await world.service.ingest(incoming(), ada);
    const other = await world.another().service.ingest(incoming({ project: "blue" }), ada);
    expect(other.projectEvent?.eventTime).toBe(projectEvent?.eventTime);
    const moved = await world.service.reassign(projectEventId, { project: "blue" }, ada);
    expect(moved.projectEvent?.eventTime).toBe((projectEvent?.eventTime ?? 0) + 0.001);
    expect(world.events()).toHaveLength(2);
  });

  it("leaves an event that is in a batch where it is", async () => {
    const { projectEventId } = await world.service.ingest(incoming(), ada);
    await world.service.flush(project, ada);
    await expect(world.service.reassign(projectEventId, { project: "blue" }, ada)).rejects.toThrow(
      InvalidTransitionError,
    );
  });

  it("is refused where there is no such event, and where the version is another", async () => {
    const nobody = "00000000-0000-5000-8000-000000000000";
    await expect(world.service.reassign(nobody, { project: "blue" }, ada)).rejects.toThrow(NotFoundError);
    const { projectEventId } = await world.service.ingest(incoming(), ada);
    const asked = { ...ada, expectedVersion: 7 };
    await expect(world.service.reassign(projectEventId, { project: "blue" }, asked)).rejects.toThrow(
      VersionConflictError,
    );
  });
});

describe("a caller with some projects only", () => {
  it("brings events into those, and must say which", async () => {
    expect((await world.service.ingest(incoming(), ofTeam)).repeated).toBe(false);
    await expect(world.service.ingest(incoming({ project: "green" }), ofTeam)).rejects.toThrow(ForbiddenError);
    await expect(world.service.ingest({ ...incoming(), project: undefined }, ofTeam)).rejects.toThrow(ValidationError);
    await expect(world.service.ingest(incoming({ project: unassigned }), ofTeam)).rejects.toThrow(ForbiddenError);
  });

  it("learns nothing of a delivery of others, and does not lose its own to them", async () => {
    for (const source of ["GITHUB", "GENERIC"] as const) {
      await world.service.ingest(incoming({ source, deliveryId: "d", project: "green" }), ada);
      expect((await world.service.ingest(incoming({ source, deliveryId: "d" }), ofTeam)).repeated).toBe(false);
    }
  });

  it("takes no delivery id away from what is signed", async () => {
    const verification = { scheme: "TRELLO_SHA1", secret: "CURRENT" } as const;
    const genuine = { ...incoming({ source: "TRELLO", deliveryId: "action-1", verification }), project: undefined };
    for (const request of [ofTeam, ada])
      await world.service.ingest(incoming({ source: "TRELLO", deliveryId: "action-1" }), request);
    await world.service.ingest({ ...incoming({ source: "TRELLO", deliveryId: "action-1" }), project: undefined }, ada);
    expect((await world.service.ingest(genuine, ada)).repeated).toBe(false);
    expect((await world.service.ingest(genuine, ada)).repeated).toBe(true);
  });

  it("that repeats its call after somebody moved the event is told that it came before", async () => {
    const own = incoming({ deliveryId: "moved" });
    const { projectEventId } = await world.service.ingest(own, ofTeam);
    await world.service.reassign(projectEventId, { project: "green" }, ada);
    expect(await world.service.ingest(own, ofTeam)).toMatchObject({ projectEventId, repeated: true });
    expect(await world.service.ingestMany([own], ofTeam)).toMatchObject([{ projectEventId, repeated: true }]);
  });

  it("sees, moves and flushes nothing of others", async () => {
    const { projectEventId } = await world.service.ingest(incoming({ project: "green" }), ada);
    await expect(world.service.reassign(projectEventId, { project: "blue" }, ofTeam)).rejects.toThrow(NotFoundError);
    await expect(world.service.flush("green", ofTeam)).rejects.toThrow(NotFoundError);
    await expect(world.service.setSettings("green", { notifications: "ALL" }, ofTeam)).rejects.toThrow(NotFoundError);
    const own = await world.service.ingest(incoming(), ofTeam);
    await expect(world.service.reassign(own.projectEventId, { project: "green" }, ofTeam)).rejects.toThrow(
      ForbiddenError,
    );
    const [batch] = await world.service.flush("green", ada);
    await expect(world.service.regenerateSummary(batch?.batchId ?? "", {}, ofTeam)).rejects.toThrow(NotFoundError);
  });
});

describe("settings", () => {
  it("change what is given only, and nothing where nothing is another", async () => {
    const set = (input: Parameters<typeof world.service.setSettings>[1], request: Request = ada) =>
      world.service.setSettings(project, input, request);
    expect((await set({ channel: "#releases" })).settings).toMatchObject({ channel: "#releases", version: 1 });
    expect((await set({ notifications: "ALL" })).settings).toMatchObject({ channel: "#releases", version: 2 });
    expect((await set({ notifications: "ALL" })).settings.version).toBe(2);
    const { settings } = await set({ channel: null });
    expect("channel" in settings).toBe(false);
    await expect(set({ channel: "#late" }, { ...ada, expectedVersion: 1 })).rejects.toThrow(VersionConflictError);
  });

  it("say in our words what is wrong with a number", async () => {
    const policy = { maxCount: 0, maxAgeSeconds: 1.5, gapSeconds: 90_000, criticalBypass: true, leadingFlush: false };
    await expect(world.service.setSettings(project, { policy }, ada)).rejects.toMatchObject({
      problems: [
        { path: ["policy", "maxCount"], message: "must be a whole number from 1 to 45" },
        { path: ["policy", "maxAgeSeconds"], message: "must be a whole number from 5 to 604800" },
        { path: ["policy", "gapSeconds"], message: "must be a whole number from 1 to 86400" },
      ],
    });
  });

  it("are refused for what is unassigned, and where a policy makes no sense", async () => {
    await expect(world.service.setSettings(unassigned, { notifications: "ALL" }, ada)).rejects.toThrow(ValidationError);
    const policy = { maxCount: 10, maxAgeSeconds: 60, gapSeconds: 61, criticalBypass: true, leadingFlush: false };
    await expect(world.service.setSettings(project, { policy }, ada)).rejects.toMatchObject({
      inputPath: ["policy", "gapSeconds"],
    });
  });
});
