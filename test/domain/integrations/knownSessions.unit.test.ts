/** Sessions at hand: as many as their weight allows, what came last. */
import { describe, expect, it } from "vitest";
import { createKnownSessions } from "../../../src/domain/integrations/knownSessions.js";
import type { IntegrationSession } from "../../../src/domain/integrations/index.js";
import { createWorld, mailId, start } from "./serviceWorld.js";

/** A session whose state has about so many bytes. */
async function sessions(bytes: number): Promise<(sessionId: string) => IntegrationSession> {
  const world = createWorld();
  await world.begin();
  const session: IntegrationSession = { ...world.session(mailId), serviceState: { text: "x".repeat(bytes) } };
  return (sessionId) => ({ ...session, sessionId });
}

describe("sessions at hand", () => {
  it("are 5,000 of 2 KB and more", async () => {
    const ofState = await sessions(2_000);
    const known = createKnownSessions();
    for (let number = 0; number < 10_000; number += 1) known.remember(ofState(`u${number}#mail`));
    expect(known.get("u0#mail")).toBeDefined();
    expect(known.get("u9999#mail")).toBeDefined();
  });

  it("are fewer where they are heavy: the oldest goes", async () => {
    const ofState = await sessions(30_000);
    const known = createKnownSessions(100_000);
    for (const number of [1, 2, 3, 1, 4]) known.remember(ofState(`u${number}#mail`));
    const kept = [1, 2, 3, 4].filter((number) => known.get(`u${number}#mail`) !== undefined);
    expect(kept).toEqual([1, 3, 4]);
  });

  it.each(["inbox", "openDeadLetters"] as const)("weigh what is in their %s", async (member) => {
    const ofState = await sessions(0);
    const known = createKnownSessions(100_000);
    known.remember(ofState("u1#mail"));
    known.remember({ ...ofState("u2#mail"), [member]: Array.from({ length: 250 }) });
    expect(known.get("u1#mail")).toBeUndefined();
  });

  it("are not forgotten by being remembered often", async () => {
    const ofState = await sessions(10_000);
    const known = createKnownSessions(30_000);
    known.remember(ofState("u1#mail"));
    for (let times = 0; times < 10; times += 1) known.remember(ofState("u2#mail"));
    expect(known.get("u1#mail")).toBeDefined();
  });

  it("keep the last poll that the seed's row shows over later events", async () => {
    const ofState = await sessions(0);
    const known = createKnownSessions();
    known.remember(ofState("u1#mail"), start);
    known.remember({ ...ofState("u1#mail"), lastPollAt: "2025-01-15T10:29:00.000Z" });
    expect(known.get("u1#mail")?.shownAt).toBe(start);
  });
});
