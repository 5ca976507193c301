/** The rules of a slot: which request has a dedupe key. */
import type { DecisionContext, Decider } from "../kernel/decider.js";
import type { Recorded } from "../kernel/event.js";
import { present } from "../kernel/present.js";
import { parseStreamName } from "../kernel/streamName.js";
import type { SlotCommand } from "./commands.js";
import type { SlotEvent } from "./events.js";
import { SlotTakenError } from "./refusals.js";
import { requireOwnResearchProject } from "./scope.js";
import type { ResearchStateOf } from "./state.js";

type State = ResearchStateOf<"slot">;

/** Whoever has the key keeps it until somebody names that request as over. @throws SlotTakenError that names who has it. */
function decide(
  { type: _, ...data }: SlotCommand,
  { slot }: State,
  { scope = "all" }: DecisionContext,
): readonly SlotEvent[] {
  requireOwnResearchProject(data.projectId, "projectId", scope);
  if (slot?.requestId === data.requestId) return [];
  if (slot !== undefined && slot.requestId !== data.replaced) throw new SlotTakenError(slot.requestId);
  return [{ type: "ResearchSlotTaken", data: present(data) }];
}

function evolve(_state: State, { data, streamId, version, hash }: Recorded<SlotEvent>): State {
  const { projectId, dedupeKey, requestId } = data;
  const slotId = parseStreamName(streamId).id;
  return { kind: "slot", slot: { slotId, projectId, dedupeKey, requestId, version, hash } };
}

export const slotDecider: Decider<State, SlotCommand, SlotEvent> = {
  initialState: { kind: "slot" },
  decide,
  evolve,
};
