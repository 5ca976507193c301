/** Policies of incidents: given an event, what follows. */
import { describe, expect, it } from "vitest";
import { PolicyCommand, autoClosePolicy, postmortemPolicy } from "../../../src/domain/incidents/index.js";
import { incidentTag } from "../../../src/domain/incidents/index.js";
import type { FeedEntry } from "../../../src/domain/kernel/feed.js";
import { Story, addDays, command, declaration, incidentId, minutesLater, otherId } from "../../support/incidents.js";

/** The last event of a story, as the feed has it. */
function entryOf(story: Story, severity = "P1"): FeedEntry {
  const event = story.events.at(-1);
  if (event === undefined) throw new Error("no event");
  return { log: 0, position: 1, event, tags: { before: [], after: [incidentTag.severity(severity)] } };
}

const resolved = () => new Story().do(declaration()).do(command("ChangeStatus", { to: "RESOLVED" }));
const timerId = `auto-close/${incidentId}`;

describe("closing what stays resolved", () => {
  const policy = autoClosePolicy({ days: 7 });

  it("is due so many days after an incident was resolved", () => {
    expect(policy.react(entryOf(resolved()))).toEqual([
      {
        kind: "schedule",
        timerId,
        dueAt: addDays(minutesLater(1), 7),
        command: { type: "CloseIncident", incidentId, reason: "Resolved for 7 days", resolvedAt: minutesLater(1) },
      },
    ]);
  });

  it.each([
    ["is closed", command("ChangeStatus", { to: "CLOSED" })],
    ["is reopened", command("Reopen", { reason: "again" })],
    ["is merged", command("MergeInto", { into: { incidentId: otherId, number: 2 } })],
  ])("is called off when the incident %s", (_what, step) => {
    expect(policy.react(entryOf(resolved().do(step)))).toEqual([{ kind: "cancel", timerId }]);
  });

  it("asks for nothing otherwise", () => {
    expect(policy.react(entryOf(new Story().do(declaration())))).toEqual([]);
    expect(policy.react(entryOf(resolved().do(command("RecordEntry", { text: "noted" }))))).toEqual([]);
  });

  it("keeps its command in a form that can be read again", () => {
    const [effect] = policy.react(entryOf(resolved()));
    if (effect?.kind !== "schedule") throw new Error("nothing was scheduled");
    expect(PolicyCommand.parse(JSON.parse(JSON.stringify(effect.command)))).toEqual(effect.command);
  });
});

describe("asking for a post-mortem", () => {
  const policy = postmortemPolicy({ severities: ["P0", "P1"] });

  it("follows when an incident of one of the severities is resolved", () => {
    expect(policy.react(entryOf(resolved()))).toEqual([
      {
        kind: "command",
        command: {
          type: "AddFollowUp",
          incidentId,
          title: "Write the post-mortem",
          dueAt: addDays(minutesLater(1), 5),
          priority: "HIGH",
        },
      },
    ]);
  });

  it("does not follow for other severities, or before the incident is resolved", () => {
    expect(policy.react(entryOf(resolved(), "P2"))).toEqual([]);
    expect(policy.react(entryOf(new Story().do(declaration())))).toEqual([]);
  });
});

it("events of other streams mean nothing to them", () => {
  const entry = entryOf(resolved());
  const foreign = { ...entry, event: { ...entry.event, streamId: "Batch-1" } };
  expect(autoClosePolicy({ days: 1 }).react(foreign)).toEqual([]);
  expect(postmortemPolicy({ severities: ["P1"] }).react(foreign)).toEqual([]);
});
