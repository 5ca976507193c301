/** Two incidents in whose stories every event type occurs: from them the fixtures of stored events are made. */
import { Story, command, declaration, minutesLater, otherId, start, uuid } from "./incidents.js";

/** The streams of an incident and of one that is merged into it and out again, ends, is archived and restored. */
export function wholeStory(): readonly Story[] {
  const comment = { id: uuid(11), at: minutesLater(12) };
  const main = new Story()
    .do(
      declaration({
        description: "Every third payment ends with 502.",
        services: ["payment-service", "checkout"],
        labels: { region: "eu-west-1" },
        occurredAt: minutesLater(-10),
        commander: "ana",
      }),
      { at: start },
    )
    .do(command("ChangeSeverity", { to: "P0", reason: "All customers are affected" }))
    .do(command("ChangeDetails", { title: "No payment works", description: "All payments end with 502." }))
    .do(command("AddService", { service: "ledger" }))
    .do(command("RemoveService", { service: "checkout" }))
    .do(command("ChangeLabels", { set: { team: "payments" }, remove: ["region"] }))
    .do(command("AssignRole", { personId: "ben", role: "SCRIBE" }))
    .do(command("HandOverRole", { role: "COMMANDER", from: "ana", to: "ben" }))
    .do(command("ReleaseRole", { personId: "ben", role: "SCRIBE" }))
    .do(command("AddComment", { commentId: comment.id, text: "The vault refuses our certificate" }), { at: comment.at })
    .do(command("EditComment", { comment, text: "The vault refuses our new certificate" }))
    .do(command("PromoteComment", { comment, keyMoment: true }))
    .do(command("DeleteComment", { comment }));
  const promoted = main.events.find(({ type }) => type === "IncidentTimelineEntryRecorded");
  const entry = { id: promoted?.eventId, at: promoted?.occurredAt };
  main
    .do(command("PinEntry", { entry }))
    .do(command("UnpinEntry", { entry }))
    .do(
      command("AttachSummary", {
        summaryId: uuid(12),
        text: "Payments fail since the release; it is being rolled back.",
        source: "MODEL",
        modelUsed: "summarizer-1",
        promptVersion: "3",
      }),
    )
    .do(
      command("AddLink", {
        linkId: uuid(13),
        kind: "URL",
        target: "https://status.example.com/4711",
        relation: "RELATED",
        title: "Status page",
      }),
    )
    .do(command("RemoveLink", { linkId: uuid(13) }))
    .do(command("ReceiveMerge", { source: { incidentId: otherId, number: 2 } }))
    .do(command("UndoMerge", { source: { incidentId: otherId, number: 2 } }))
    .do(
      command("AddFollowUp", {
        followUpId: uuid(14),
        title: "Watch the age of certificates",
        owner: "ben",
        dueAt: "2025-02-01T00:00:00Z",
        priority: "HIGH",
      }),
    )
    .do(command("ChangeFollowUp", { followUpId: uuid(14), owner: "chloe" }))
    .do(command("CompleteFollowUp", { followUpId: uuid(14) }))
    .do(command("ReopenFollowUp", { followUpId: uuid(14) }))
    .do(
      command("AttachPostmortem", {
        title: "A certificate nobody watched",
        bytes: 17,
        digest: "0".repeat(64),
        content: "# What happened\n\n",
      }),
    )
    .do(command("ChangeStatus", { to: "RESOLVED", reason: "Rolled back" }))
    .do(command("Reopen", { reason: "It came back" }));
  const merged = new Story(otherId)
    .do(declaration({ number: 2, title: "Cards are refused", services: ["payment-service"] }))
    .do(
      command("MergeInto", {
        into: { incidentId: main.events[0]?.streamId.slice("Incident-".length), number: 1 },
        reason: "Same cause",
      }),
    )
    .do(
      command("Unmerge", {
        from: { incidentId: main.events[0]?.streamId.slice("Incident-".length), number: 1 },
        reason: "Another cause",
      }),
    )
    .do(command("ChangeStatus", { to: "CANCELLED" }))
    .do(
      command("ArchiveIncident", {
        objectKey: `archive/incidents/2025/${otherId}-v4.json`,
        digest: "0".repeat(64),
        bytes: 5_000,
        events: 4,
        through: 4,
      }),
    )
    .do(command("RestoreIncident", { reason: "Asked for by the auditors" }));
  return [main, merged];
}
