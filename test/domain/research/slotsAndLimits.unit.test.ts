/** The rules of dedupe keys and of how many requests of a project may be with workers. */
import { describe, expect, it } from "vitest";
import { ForbiddenError, NotFoundError } from "../../../src/domain/kernel/errors.js";
import {
  NoLaneError,
  SlotTakenError,
  researchProjectDecider,
  slotDecider,
} from "../../../src/domain/research/index.js";
import type { ResearchProjectEvent } from "../../../src/domain/research/index.js";
import { deciderSpecification } from "../../support/deciderSpecification.js";

const slots = deciderSpecification(slotDecider);
const projects = deciderSpecification(researchProjectDecider);

describe("a dedupe key", () => {
  const data = { projectId: "blue", dedupeKey: "weekly", requestId: "req-1" };
  const take = { type: "TakeSlot", ...data } as const;
  const taken = { type: "ResearchSlotTaken", data } as const;

  it("is taken by the first request, once", () => {
    slots.given().when(take).thenOnce(taken);
  });

  it("is taken from one that is over, if nobody else was faster", () => {
    const next = { ...data, requestId: "req-2", replaced: "req-1" };
    slots
      .given(taken)
      .when({ type: "TakeSlot", ...next })
      .thenOnce({ type: "ResearchSlotTaken", data: next });
    slots
      .given(taken, { type: "ResearchSlotTaken", data: next })
      .when({ type: "TakeSlot", ...next, requestId: "req-3" })
      .thenRefused(SlotTakenError, ({ requestId, inputPath }) => {
        expect(requestId).toBe("req-2");
        expect(inputPath).toEqual(["dedupeKey"]);
      });
  });

  it("stays with its request where nobody says that it is over", () => {
    slots
      .given(taken)
      .when({ ...take, requestId: "req-2" })
      .thenRefused(SlotTakenError);
  });

  it("is of a project of who takes it", () => {
    slots
      .given()
      .when(take, { scope: ["green"] })
      .thenRefused(ForbiddenError);
  });
});

describe("the limit of a project", () => {
  const limit = (maxRunning: number): ResearchProjectEvent => ({ type: "ResearchLimitSet", data: { maxRunning } });
  const none: ResearchProjectEvent = { type: "ResearchLimitSet", data: {} };
  const lane = (requestId: string, leaseToken = 2, ...gone: string[]): ResearchProjectEvent => ({
    type: "ResearchLaneTaken",
    data: { requestId, leaseToken, gone },
  });
  const take = (requestId: string, leaseToken = 2, ...gone: string[]) =>
    ({ type: "TakeLane", requestId, leaseToken, gone }) as const;

  it("is set and taken away", () => {
    projects.given().when({ type: "SetLimit", maxRunning: 3 }).thenOnce(limit(3));
    projects.given(limit(3)).when({ type: "SetLimit" }).thenOnce(none);
    projects.given().when({ type: "SetLimit" }).thenNothing();
  });

  it("counts those that are with workers when it comes, not when it is changed or goes", () => {
    const running = [
      { requestId: "a", leaseToken: 2 },
      { requestId: "b", leaseToken: 4 },
    ];
    const counting: ResearchProjectEvent = { type: "ResearchLimitSet", data: { maxRunning: 2, lanes: running } };
    projects.given().when({ type: "SetLimit", maxRunning: 2, running }).thenOnce(counting);
    projects.given(counting).when(take("c")).thenRefused(NoLaneError);
    projects
      .given(counting)
      .when(take("c", 2, "a"))
      .thenOnce(lane("c", 2, "a"));
    projects.given(limit(1), lane("c")).when({ type: "SetLimit", maxRunning: 2, running }).thenOnce(limit(2));
    projects.given(counting).when({ type: "SetLimit", running }).thenOnce(none);
    projects.given(limit(1), none).when({ type: "SetLimit", maxRunning: 2, running }).then(counting);
  });

  it("is that of another team where the project is", () => {
    const green = { scope: ["green"] };
    projects.given().when({ type: "SetLimit", maxRunning: 3 }, green).thenRefused(NotFoundError);
    projects
      .given()
      .when({ type: "SetLimit", maxRunning: 3 }, { ...green, streamId: "ResearchProject-green" })
      .then(limit(3));
  });

  it("that there is not counts nobody", () => {
    projects.given().when(take("a")).thenNothing();
    projects.given(limit(1), none).when(take("a")).thenNothing();
  });

  it("is never passed", () => {
    projects.given(limit(2), lane("a")).when(take("b")).thenOnce(lane("b"));
    projects
      .given(limit(2), lane("a"), lane("b"))
      .when(take("c"))
      .thenRefused(NoLaneError, ({ projectId, message }) => {
        expect(projectId).toBe("1");
        expect(message).toContain("has 2 requests with workers");
      });
  });

  it("has room again where a lease has ended", () => {
    const full = [limit(2), lane("a"), lane("b")];
    projects
      .given(...full)
      .when(take("c", 2, "a", "x"))
      .thenOnce(lane("c", 2, "a"));
    projects
      .given(...full, lane("c", 2, "a"))
      .when(take("d"))
      .thenRefused(NoLaneError);
  });

  it("counts a request that is claimed anew once", () => {
    projects.given(limit(1), lane("a")).when(take("a", 5)).thenOnce(lane("a", 5));
    projects.given(limit(1), lane("a"), lane("a", 5)).when(take("b")).thenRefused(NoLaneError);
  });

  it("that is lowered takes nothing back, and lets nobody in before there is room", () => {
    const lowered = [limit(3), lane("a"), lane("b"), lane("c"), limit(1)];
    projects
      .given(...lowered)
      .when(take("d", 2, "a", "b"))
      .thenRefused(NoLaneError);
    projects
      .given(...lowered)
      .when(take("d", 2, "a", "b", "c"))
      .then(lane("d", 2, "a", "b", "c"));
  });

  it("begins to count anew where it was taken away for a while", () => {
    projects.given(limit(1), lane("a"), none, limit(1)).when(take("b")).thenOnce(lane("b"));
  });
});
