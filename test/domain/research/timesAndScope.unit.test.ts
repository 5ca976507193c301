/** Backoff, retention, and who may see a request. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ForbiddenError, NotFoundError } from "../../../src/domain/kernel/index.js";
import { addSeconds, toMilliseconds } from "../../../src/domain/kernel/time.js";
import {
  isRequestVisible,
  limits,
  logExpiry,
  requestExpiry,
  requireOwnResearchProject,
  requireVisibleRequest,
  requireVisibleResearchProject,
  retryAt,
} from "../../../src/domain/research/index.js";

const now = "2025-01-15T10:30:00.000Z";

describe("the backoff", () => {
  const most = (failures: number, stalls = 0) => retryAt({ now, failures, stalls, jitter: 0.999999 });

  it("is a part of a span that doubles up to 15 minutes, chosen by chance", () => {
    expect(retryAt({ now, failures: 1, stalls: 0, jitter: 0 })).toBe(now);
    expect(most(1)).toBe("2025-01-15T10:30:04.999Z");
    expect(most(2)).toBe("2025-01-15T10:30:09.999Z");
    expect(most(1, 2)).toBe("2025-01-15T10:30:19.999Z");
    expect(most(8)).toBe("2025-01-15T10:40:39.999Z");
    expect(most(9)).toBe("2025-01-15T10:44:59.999Z");
    expect(most(14)).toBe(most(9));
  });

  it("is never shorter than the worker says, and never longer than the span beyond that", () => {
    fc.assert(
      fc.property(
        fc.nat(limits.retries + 1),
        fc.nat(limits.stalls + 1),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        fc.nat(limits.retryAfterSeconds),
        (failures, stalls, jitter, leastSeconds) => {
          const at = retryAt({ now, failures, stalls, jitter, leastSeconds });
          expect(at >= addSeconds(now, leastSeconds)).toBe(true);
          expect(toMilliseconds(at) - toMilliseconds(now)).toBeLessThanOrEqual(Math.max(900, leastSeconds) * 1_000);
        },
      ),
    );
  });
});

describe("rows are kept", () => {
  it("30 days after the end of their request, and as long as it is not over", () => {
    expect(requestExpiry(undefined)).toBeUndefined();
    expect(requestExpiry(now)).toBe("2025-02-14T10:30:00.000Z");
  });

  it("so long that no log goes before its request, however long that lived", () => {
    expect(logExpiry(now)).toBe("2025-02-22T10:30:00.000Z");
    const lastEnd = addSeconds(now, limits.deadlineSeconds);
    expect(logExpiry(now) > String(requestExpiry(lastEnd))).toBe(true);
  });
});

describe("a request", () => {
  const request = { projectId: "blue" };

  it("is there for those who have its project", () => {
    expect(isRequestVisible(request, "all")).toBe(true);
    expect(isRequestVisible(request, ["green", "blue"])).toBe(true);
    expect(isRequestVisible(request, ["green"])).toBe(false);
    expect(isRequestVisible(request, [])).toBe(false);
  });

  it("of a foreign project looks like one that does not exist", () => {
    const named = { requestId: "req-1", field: "requestId" };
    const look = (found: typeof request | undefined) => () =>
      requireVisibleRequest(found, { ...named, scope: ["green"] });
    for (const found of [request, undefined]) {
      expect(look(found)).toThrow(NotFoundError);
      expect(look(found)).toThrow("ResearchRequest req-1 does not exist");
    }
    expect(requireVisibleRequest(request, { ...named, scope: ["blue"] })).toBe(request);
  });

  it("is submitted into one's own projects, and a foreign project is not there", () => {
    expect(() => requireOwnResearchProject("blue", "projectId", ["green"])).toThrow(ForbiddenError);
    expect(() => requireOwnResearchProject("blue", "projectId", ["blue"])).not.toThrow();
    expect(() => requireVisibleResearchProject("blue", "projectId", ["green"])).toThrow(NotFoundError);
    expect(() => requireVisibleResearchProject("blue", "projectId", "all")).not.toThrow();
  });
});
