/** Summaries by rules: what counts as an achievement or a blocker, what takes it back, and how it is put into words. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  checkSummary,
  draftByRules,
  importances,
  projectEventKinds,
  staleReviewHours,
  summaryLimits,
} from "../../../src/domain/projects/index.js";
import type { ProjectEvent, ProjectEventKind } from "../../../src/domain/projects/index.js";
import { aProjectEvent, aSummaryInput, at } from "../../support/projectEvents.js";

const repository = { type: "REPOSITORY", id: "acme/inventory-api" } as const;

/** An event of pull request `number`, `minutes` after noon. */
const ofPullRequest = (kind: ProjectEventKind, number: number, minutes: number, event: Partial<ProjectEvent> = {}) =>
  aProjectEvent({
    kind,
    title: `${kind} #${number}`,
    subject: `github:acme/inventory-api#${number}`,
    refs: [repository, { type: "PULL_REQUEST", id: `acme/inventory-api#${number}` }, ...(event.refs ?? [])],
    occurredAt: at(minutes),
    ...(event.actor === undefined ? {} : { actor: event.actor }),
    ...(event.title === undefined ? {} : { title: event.title }),
  });

const draftOf = (...events: readonly ProjectEvent[]) => draftByRules(aSummaryInput(events));
const cited = (claims: readonly { readonly projectEventIds: readonly string[] }[]) =>
  claims.map(({ projectEventIds }) => projectEventIds);
const idsOf = (...events: readonly ProjectEvent[]) => events.map(({ projectEventId }) => projectEventId);

describe("the headline", () => {
  it("counts what was done and what stands in the way, and names the place where that is one", () => {
    const merged = [1, 2, 3].map((number) => ofPullRequest("PULL_REQUEST_MERGED", number, number));
    const failed = ofPullRequest("CHECK_FAILED", 4, 5, { refs: [{ type: "CHECK", id: "1", title: "build" }] });
    expect(draftOf(...merged, failed).headline).toBe("3 pull requests merged, 1 check failing in inventory-api");
  });

  it("names no place where there are several", () => {
    const other = aProjectEvent({
      kind: "CARD_COMPLETED",
      title: "Done",
      refs: [{ type: "BOARD", id: "b", title: "Sprint" }],
    });
    expect(draftOf(ofPullRequest("PULL_REQUEST_MERGED", 1, 0), other).headline).toBe(
      "1 pull request merged, 1 card completed",
    );
  });

  it("begins with what is urgent", () => {
    const alert = aProjectEvent({ kind: "SECURITY_ALERT", refs: [repository], importance: "CRITICAL" });
    expect(draftOf(ofPullRequest("PULL_REQUEST_MERGED", 1, 0), alert).headline).toBe(
      "1 security alert, 1 pull request merged in inventory-api",
    );
  });

  it("keeps a place for what stands in the way, however much was done", () => {
    const kinds = ["RELEASE_PUBLISHED", "PULL_REQUEST_MERGED", "DEPLOYMENT_SUCCEEDED", "ISSUE_CLOSED"] as const;
    const done = kinds.map((kind) => aProjectEvent({ kind }));
    expect(draftOf(...done, aProjectEvent({ kind: "CARD_OVERDUE" })).headline).toBe(
      "1 release published, 1 pull request merged, 1 card overdue",
    );
  });

  it("says what there was where nothing of it matters", () => {
    const pushes = [0, 1].map(() => aProjectEvent({ kind: "PUSH", refs: [repository] }));
    expect(draftOf(...pushes).headline).toBe("2 pushes in inventory-api");
  });

  it("says that all was told where all was told", () => {
    expect(draftByRules(aSummaryInput([], { alreadyNotified: 2 })).headline).toBe(
      "Nothing new: 2 events were told at once",
    );
  });
});

describe("an achievement", () => {
  it("is one line for all events of one thing, and says how many they are", () => {
    const events = [
      ofPullRequest("PULL_REQUEST_OPENED", 7, 0),
      ofPullRequest("PUSH", 7, 1),
      ofPullRequest("PULL_REQUEST_MERGED", 7, 2, { title: "Merged #7: Faster search" }),
    ];
    const { achievements } = draftOf(...events);
    expect(achievements).toEqual([
      {
        text: "Merged #7: Faster search (inventory-api, 3 events)",
        projectEventIds: [events[2]?.projectEventId, events[1]?.projectEventId],
      },
    ]);
  });

  it("says what was done where its title does not", () => {
    expect(draftOf(aProjectEvent({ kind: "CARD_COMPLETED", title: "Price labels" })).achievements[0]?.text).toBe(
      "Completed: Price labels",
    );
  });

  it("is none where it was taken up again later", () => {
    expect(draftOf(ofPullRequest("ISSUE_CLOSED", 1, 0), ofPullRequest("ISSUE_REOPENED", 1, 1)).achievements).toEqual(
      [],
    );
  });

  it("is one where it was taken up again before", () => {
    const { achievements, blockers } = draftOf(
      ofPullRequest("PULL_REQUEST_REOPENED", 1, 0),
      ofPullRequest("PULL_REQUEST_MERGED", 1, 1),
    );
    expect([achievements.length, blockers.length]).toEqual([1, 0]);
  });

  it("beyond those that there is room for is counted in the last line, which cites all of them", () => {
    const merged = Array.from({ length: 12 }, (_, number) => ofPullRequest("PULL_REQUEST_MERGED", number, number));
    const { achievements } = draftOf(...merged);
    expect(achievements.length).toBe(summaryLimits.claims);
    expect(achievements.at(-1)?.text).toBe("And 5 pull requests merged");
    expect(cited(achievements).flat().sort()).toEqual(idsOf(...merged).sort());
  });
});

describe("a blocker", () => {
  const check = (id: string, title = "build") => ({ refs: [{ type: "CHECK" as const, id, title }] });

  it("is a check that fails, and is none once the same check passes for the same pull request", () => {
    const failed = ofPullRequest("CHECK_FAILED", 1, 0, check("run 1"));
    expect(cited(draftOf(failed).blockers)).toEqual([idsOf(failed)]);
    expect(draftOf(failed, ofPullRequest("CHECK_SUCCEEDED", 1, 1, check("run 2"))).blockers).toEqual([]);
  });

  it("stays where another check passes, or the same one elsewhere, or it passed before", () => {
    const failed = ofPullRequest("CHECK_FAILED", 1, 5, check("run 1"));
    const others = [
      ofPullRequest("CHECK_SUCCEEDED", 1, 6, check("run 2", "lint")),
      ofPullRequest("CHECK_SUCCEEDED", 2, 7, check("run 3")),
    ];
    const before = ofPullRequest("CHECK_SUCCEEDED", 1, 0, check("run 0"));
    expect(draftOf(before, failed, ...others).blockers.length).toBe(1);
  });

  it("is one line for a check that fails again and again", () => {
    const runs = [0, 1, 2].map((minutes) => ofPullRequest("CHECK_FAILED", 1, minutes, check(`run ${minutes}`)));
    const { blockers } = draftOf(...runs);
    expect(cited(blockers)).toEqual([idsOf(...runs)]);
    expect(blockers[0]?.text).toContain("3 events");
  });

  it("is no suite that says again what its checks say", () => {
    const suite = aProjectEvent({ kind: "CHECK_FAILED", importance: "LOW" });
    expect(draftOf(suite).blockers).toEqual([]);
  });

  it("is a request for changes until the one who made it approves", () => {
    const asked = ofPullRequest("REVIEW_CHANGES_REQUESTED", 1, 0, { actor: { id: "ana" } });
    const byAnother = ofPullRequest("REVIEW_APPROVED", 1, 1, { actor: { id: "bo" } });
    const bySame = ofPullRequest("REVIEW_APPROVED", 1, 2, { actor: { id: "ana" } });
    expect(cited(draftOf(asked, byAnother).blockers)).toEqual([idsOf(asked)]);
    expect(draftOf(asked, byAnother, bySame).blockers).toEqual([]);
  });

  it("is gone with the pull request that it was about", () => {
    const asked = ofPullRequest("REVIEW_CHANGES_REQUESTED", 1, 0, { actor: { id: "ana" } });
    const failed = ofPullRequest("CHECK_FAILED", 1, 1, check("run 1"));
    expect(draftOf(asked, failed, ofPullRequest("PULL_REQUEST_CLOSED", 1, 2)).blockers).toEqual([]);
  });

  it("is a failed deployment until one to the same environment succeeds", () => {
    const deployment = (kind: ProjectEventKind, environment: string, id: string) =>
      aProjectEvent({ kind, refs: [repository, { type: "DEPLOYMENT", id, title: environment }] });
    const failed = deployment("DEPLOYMENT_FAILED", "production", "1");
    expect(draftOf(failed, deployment("DEPLOYMENT_SUCCEEDED", "staging", "2")).blockers.length).toBe(1);
    expect(draftOf(failed, deployment("DEPLOYMENT_SUCCEEDED", "production", "3")).blockers).toEqual([]);
  });

  it.each(["blocked", "Blocked by legal", "status: blocked", "blocker"])("is what is labelled %s", (label) => {
    const event = aProjectEvent({ kind: "ISSUE_UPDATED", labels: [label], subject: "github:acme/a#1" });
    expect(draftOf(event).blockers.length).toBe(1);
    const freed = aProjectEvent({ kind: "ISSUE_UPDATED", subject: "github:acme/a#1" });
    expect(draftOf(event, freed).blockers).toEqual([]);
    const comment = aProjectEvent({ kind: "COMMENT_ADDED", subject: "github:acme/a#1" });
    expect(draftOf(event, comment).blockers.length).toBe(1);
  });

  it.each(["unblocked", "non-blocked", "roadblock", "blocking"])("is not what is labelled %s", (label) => {
    expect(draftOf(aProjectEvent({ kind: "ISSUE_UPDATED", labels: [label] })).blockers).toEqual([]);
  });

  it("is a card in a list of blocked ones", () => {
    const refs = [{ type: "LIST" as const, id: "l", title: "Blocked" }];
    expect(draftOf(aProjectEvent({ kind: "CARD_MOVED", refs })).blockers.length).toBe(1);
  });

  it("is a card that is overdue, until it is completed", () => {
    const overdue = aProjectEvent({ kind: "CARD_OVERDUE", subject: "trello:a" });
    expect(draftOf(overdue).blockers.length).toBe(1);
    expect(draftOf(overdue, aProjectEvent({ kind: "CARD_COMPLETED", subject: "trello:a" })).blockers).toEqual([]);
  });

  it("is a change that takes another one back, which is no achievement", () => {
    const { achievements, blockers } = draftOf(
      ofPullRequest("PULL_REQUEST_MERGED", 1, 0, { title: 'Merged #1: Revert "Add search"' }),
    );
    expect([achievements.length, blockers.length]).toEqual([0, 1]);
  });

  it("is a review that nobody has done for hours, not one that was just asked for", () => {
    const input = (minutes: number, ...more: readonly ProjectEvent[]) =>
      draftByRules(aSummaryInput([ofPullRequest("REVIEW_REQUESTED", 1, 0), ...more], { sealedAt: at(minutes) }));
    expect(input(staleReviewHours * 60).blockers.length).toBe(1);
    expect(input(staleReviewHours * 60 - 1).blockers).toEqual([]);
    expect(input(staleReviewHours * 60, ofPullRequest("REVIEW_COMMENTED", 1, 9)).blockers).toEqual([]);
  });

  it("is a security alert, but not one of little importance", () => {
    expect(draftOf(aProjectEvent({ kind: "SECURITY_ALERT", importance: "CRITICAL" })).blockers.length).toBe(1);
    expect(draftOf(aProjectEvent({ kind: "SECURITY_ALERT", importance: "LOW" })).blockers).toEqual([]);
  });
});

describe("themes", () => {
  it("are the places where most happened, then labels that several things have", () => {
    const events = [
      ofPullRequest("PULL_REQUEST_MERGED", 1, 0),
      ofPullRequest("PUSH", 1, 1),
      aProjectEvent({ kind: "CARD_MOVED", refs: [{ type: "BOARD", id: "b", title: "Sprint" }], labels: ["ux"] }),
      aProjectEvent({ kind: "ISSUE_OPENED", refs: [repository], labels: ["ux"] }),
    ];
    expect(draftOf(...events).themes.map(({ text }) => text)).toEqual([
      "inventory-api: 1 pull request merged, 1 push, 1 issue opened",
      "Sprint: 1 card moved",
      "Label “ux”: 1 card moved, 1 issue opened",
    ]);
  });
});

const anEvent = fc
  .record({
    kind: fc.constantFrom(...projectEventKinds),
    importance: fc.constantFrom(...importances),
    title: fc.string({ minLength: 1, maxLength: 300 }),
    labels: fc.array(fc.string({ minLength: 1, maxLength: 20 }), { maxLength: 3 }),
    subject: fc.option(fc.constantFrom("a", "b", "c", "__proto__"), { nil: undefined }),
    actor: fc.option(fc.record({ id: fc.constantFrom("ana", "bo") }), { nil: undefined }),
    minutes: fc.integer({ min: 0, max: 500 }),
  })
  .map(({ subject, actor, minutes, ...event }) =>
    aProjectEvent({
      ...event,
      occurredAt: at(minutes),
      ...(subject === undefined ? {} : { subject }),
      ...(actor === undefined ? {} : { actor }),
    }),
  );

describe("whatever a batch holds, a summary by rules", () => {
  it("is usable, keeps all limits, and is the same each time", () => {
    fc.assert(
      fc.property(fc.array(anEvent, { minLength: 1, maxLength: 45 }), (events) => {
        const input = aSummaryInput(events);
        const draft = draftByRules(input);
        expect(draftByRules(input)).toEqual(draft);
        const summary = checkSummary(draft, { input, notified: [], omitted: 0 });
        if (summary === undefined) throw new Error("is not usable");
        expect(summary.headline.length).toBeLessThanOrEqual(summaryLimits.headline);
        const known = new Set(idsOf(...events));
        for (const claim of [...summary.themes, ...summary.blockers, ...summary.achievements]) {
          expect(claim.text.length).toBeLessThanOrEqual(summaryLimits.claim);
          expect(claim.projectEventIds.length).toBeGreaterThan(0);
          expect(claim.projectEventIds.every((id) => known.has(id))).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  });
});
