/** Holding a request: when heartbeats are sent, what they say, and when the work must stop. */
import { afterEach, describe, expect, it } from "vitest";
import {
  RateLimitedError,
  UnavailableError,
  ValidationError,
  WorkLeaseLostError,
  toInstant,
  toMilliseconds,
} from "../../src/domain/kernel/index.js";
import type { InputOf } from "../../src/domain/research/index.js";
import { holdLease } from "../../src/worker/lease.js";
import type { HeldLease } from "../../src/worker/lease.js";
import { until } from "../support/graphql/client.js";
import { anAssignment } from "./support.js";

type Heartbeat = InputOf<"heartbeat">;

const leases: HeldLease[] = [];
afterEach(() => Promise.all(leases.splice(0).map((lease) => lease.close())));

const config = {
  keywords: ["semaglutide"],
  sources: [{ name: "FDA", baseUrl: "https://www.fda.gov", sourceType: "GOVERNMENT" as const }],
};
const progress = (percentage: number) => ({ stage: "content_extraction", percentage });

/** `answer`: what the ledger says to a heartbeat, numbered from 1; by default it extends the lease. */
function hold(
  leaseSeconds: number,
  answer: (
    beat: number,
    said: Heartbeat,
  ) => { readonly cancelRequested?: boolean; readonly extends?: number } = () => ({}),
) {
  const assignment = anAssignment(config, { leaseSeconds });
  const said: Heartbeat[] = [];
  const warned: string[] = [];
  const extended: number[] = [];
  let leaseUntil = assignment.leaseUntil;
  const lease = holdLease(
    {
      client: {
        heartbeat: async (_requestId, heartbeat) => {
          said.push(heartbeat);
          const { cancelRequested = false, extends: seconds = leaseSeconds / 3 } = answer(said.length, heartbeat);
          leaseUntil = toInstant(toMilliseconds(leaseUntil) + seconds * 1_000);
          return { leaseUntil, cancelRequested };
        },
      },
      log: { info: () => undefined, warn: (_fields, message) => void warned.push(message) },
      random: () => 0.5,
      graceMilliseconds: 100,
      onExtended: async (seconds) => void extended.push(seconds),
    },
    assignment,
  );
  leases.push(lease);
  return { lease, said, warned, extended };
}

const unreachable = () => {
  throw new UnavailableError("nobody there");
};

describe("a lease", () => {
  it("is extended at a third of its time, again and again", async () => {
    const { said, extended, lease } = hold(0.3);
    await until(() => said.length >= 6);
    expect(said.every((heartbeat) => heartbeat.leaseToken === 2 && heartbeat.progress === undefined)).toBe(true);
    expect(extended.length).toBeGreaterThanOrEqual(5);
    expect(lease.ended).toBeUndefined();
  });

  it("tells what is new within a second, and only the newest", async () => {
    const { lease, said } = hold(600);
    lease.say({ progress: progress(10), checkpoint: { page: 1 } });
    lease.say({ progress: progress(20) });
    await until(() => said.length === 1);
    expect(said).toEqual([{ leaseToken: 2, progress: progress(20), checkpoint: { page: 1 } }]);
  });

  it("tells again what did not get through, with what is newer", async () => {
    const { lease, said } = hold(600, (beat) => {
      if (beat > 1) return {};
      lease.say({ progress: progress(20) });
      return unreachable();
    });
    lease.say({ progress: progress(10), checkpoint: { page: 1 } });
    await lease.flush();
    await until(() => said.length === 2);
    expect(said[1]).toEqual({ leaseToken: 2, progress: progress(20), checkpoint: { page: 1 } });
  });

  it("tells at once what was not told yet where that is wanted, and nothing twice", async () => {
    const { lease, said } = hold(600);
    lease.say({ progress: progress(10) });
    await lease.flush();
    await lease.flush();
    expect(said).toHaveLength(1);
  });

  it("ends the work where the ledger says that it is lost", async () => {
    const { lease, said } = hold(0.3, () => {
      throw new WorkLeaseLostError("request", 2);
    });
    await until(() => lease.signal.aborted);
    expect(lease.ended).toBe("LOST");
    expect(said).toHaveLength(1);
    await expect(lease.call(async () => "late")).rejects.toThrow("LOST");
  });

  it("ends the work where somebody wants that, and is held until it is given back", async () => {
    const { lease, said } = hold(0.3, () => ({ cancelRequested: true }));
    await until(() => lease.signal.aborted);
    expect(lease.ended).toBe("CANCELLED");
    const told = said.length;
    await until(() => said.length > told);
    expect(await lease.call(async () => "released")).toBe("released");
  });

  it("outlives a ledger that is out of reach for a moment", async () => {
    const { lease, said, warned } = hold(3, (beat) => (beat <= 3 ? unreachable() : {}));
    lease.say({ progress: progress(10) });
    await until(() => said.length === 4);
    expect(said[3]?.progress).toEqual(progress(10));
    expect(warned).toHaveLength(3);
    expect(lease.ended).toBeUndefined();
  });

  it("is lost where no heartbeat gets through for as long as it is good", async () => {
    const { lease } = hold(0.5, unreachable);
    await until(() => lease.signal.aborted);
    expect(lease.ended).toBe("LOST");
  });

  it("is lost when its time is over where heartbeats extend nothing, whatever clocks say", async () => {
    const { lease, said } = hold(0.5, () => ({ extends: 0 }));
    await until(() => lease.signal.aborted);
    expect(lease.ended).toBe("LOST");
    expect(said.length).toBeGreaterThan(0);
  });

  it("leaves out what the ledger refuses, and goes on", async () => {
    const { lease, said, warned } = hold(0.3, (_beat, { progress: told }) => {
      if (told === undefined) return {};
      throw new ValidationError([{ path: ["progress"], message: "must not go back" }]);
    });
    lease.say({ progress: progress(10) });
    await lease.flush();
    await until(() => said.length >= 3);
    expect(said.slice(1).every((heartbeat) => heartbeat.progress === undefined)).toBe(true);
    expect(warned).toEqual(["a heartbeat was refused; what it said is left out"]);
    expect(lease.ended).toBeUndefined();
  });
});

describe("a call under a lease", () => {
  it("is tried again where the ledger is out of reach", async () => {
    const { lease } = hold(600);
    let calls = 0;
    const answer = await lease.call(async () => {
      calls += 1;
      return calls < 3 ? unreachable() : "done";
    });
    expect([answer, calls]).toEqual(["done", 3]);
  });

  it("is tried no longer than the lease is good, nor than its caller has patience", async () => {
    const short = hold(0.4, unreachable);
    await expect(short.lease.call(async () => unreachable())).rejects.toThrow();
    const { lease } = hold(600);
    await expect(lease.call(async () => unreachable(), { patienceMilliseconds: 300 })).rejects.toThrow("nobody there");
    expect(lease.ended).toBeUndefined();
  });

  it("is tried for one lease at most from its first failure, however long heartbeats extend the lease", async () => {
    const { lease, said } = hold(0.5);
    await expect(lease.call(async () => unreachable())).rejects.toThrow("nobody there");
    expect(lease.ended).toBeUndefined();
    expect(said.length).toBeGreaterThan(0);
  });

  it.each<[string, () => Promise<never>]>([
    ["is out of reach", async () => unreachable()],
    ["does not answer", () => new Promise<never>(() => undefined)],
  ])(
    "is given up with the grace of a worker that stops where the ledger %s",
    { timeout: 2_000 },
    async (_what, work) => {
      const { lease } = hold(600);
      const called = lease.call(work);
      lease.end("STOPPING");
      await expect(called).rejects.toBeInstanceOf(UnavailableError);
      let calls = 0;
      await expect(lease.call(async () => (calls += 1))).rejects.toThrow("the worker stops");
      expect(calls).toBe(0);
      expect(lease.ended).toBe("STOPPING");
    },
  );

  it("is given up when the lease is closed", { timeout: 2_000 }, async () => {
    const { lease } = hold(600);
    let calls = 0;
    const called = lease.call(async () => {
      calls += 1;
      throw new RateLimitedError(500);
    });
    await until(() => calls === 1);
    await lease.close();
    await expect(called).rejects.toBeInstanceOf(RateLimitedError);
    expect(calls).toBe(1);
  });

  it("is tried at once where the worker stops meanwhile, and goes through within its grace", async () => {
    const { lease } = hold(600);
    let calls = 0;
    // Left alone, it would be tried again in eight minutes.
    const called = lease.call(async () => {
      calls += 1;
      if (calls === 1) throw new RateLimitedError(500);
      return "done";
    });
    await until(() => calls === 1);
    lease.end("STOPPING");
    expect(await called).toBe("done");
  });

  it("is not tried again where it is refused", async () => {
    const { lease } = hold(600);
    let calls = 0;
    const refused = lease.call(async () => {
      calls += 1;
      throw new ValidationError([{ path: ["results"], message: "is too long" }]);
    });
    await expect(refused).rejects.toThrow("is too long");
    expect(calls).toBe(1);
  });

  it("ends the work where it hears that the lease is lost", async () => {
    const { lease } = hold(600);
    const lost = lease.call(async () => {
      throw new WorkLeaseLostError("request", 2);
    });
    await expect(lost).rejects.toBeInstanceOf(WorkLeaseLostError);
    expect(lease.ended).toBe("LOST");
    expect(lease.signal.aborted).toBe(true);
  });
});
