/** The rules of an incident slot: a thing that incidents are declared about one at a time, and the insights that keep one open. */
import type { Decider } from "../kernel/decider.js";
import { InvalidTransitionError } from "../kernel/errors.js";
import type { Recorded } from "../kernel/event.js";
import { present } from "../kernel/present.js";
import { parseStreamName } from "../kernel/streamName.js";
import type { IncidentSlotCommand, InsightsCommandOf } from "./commands.js";
import type { IncidentSlotEvent } from "./events.js";
import type { IncidentSlot, InsightsStateOf } from "./state.js";
import { limits } from "./values.js";

type State = InsightsStateOf<"slot">;
type Decision = readonly IncidentSlotEvent[];

const nothing: Decision = [];

function decide(command: IncidentSlotCommand, { slot }: State): Decision {
  switch (command.type) {
    case "Claim":
      return claim(command, slot);
    case "Fill":
      return fill(command, slot);
    case "Leave":
      return leave(command, slot);
    case "Close":
      return slot?.isOpen === true && slot.number === command.number
        ? [{ type: "IncidentSlotClosed", data: { number: command.number, ending: "NONE" } }]
        : nothing;
    case "End":
      return slot?.endings.some(({ number }) => number === command.number) === true
        ? [{ type: "IncidentSlotEnded", data: { number: command.number } }]
        : nothing;
  }
}

/** One that has as many insights as it can name keeps in mind that there are others. */
function claim({ alertId, severity }: InsightsCommandOf<"Claim">, slot: IncidentSlot | undefined): Decision {
  if (slot?.isOpen !== true) {
    const data = present({ number: (slot?.number ?? 0) + 1, alertId, severity });
    return [{ type: "IncidentSlotOpened", data }];
  }
  const { number, alertIds, hasOverflowed } = slot;
  if (alertIds.includes(alertId)) return nothing;
  if (alertIds.length < limits.incidentInsights) return [{ type: "IncidentSlotJoined", data: { number, alertId } }];
  return hasOverflowed ? nothing : [{ type: "IncidentSlotOverflowed", data: { number } }];
}

/** The last one closes the slot in the same commit: nobody joins between the two. */
function leave(
  { alertId, settled, autoResolve }: InsightsCommandOf<"Leave">,
  slot: IncidentSlot | undefined,
): Decision {
  if (slot?.alertIds.includes(alertId) !== true) return nothing;
  const { number, alertIds, hasOverflowed, isSettled } = slot;
  const left: IncidentSlotEvent = { type: "IncidentSlotLeft", data: { number, alertId, settled } };
  if (alertIds.length > 1 || hasOverflowed) return [left];
  const ending = isSettled && settled ? "RESOLVE" : "TELL";
  return [left, { type: "IncidentSlotClosed", data: { number, ending: autoResolve ? ending : "NONE" } }];
}

/** Nothing where it is about an incident before this one. @throws InvalidTransitionError where the slot has another one. */
function fill({ number, incidentId }: InsightsCommandOf<"Fill">, slot: IncidentSlot | undefined): Decision {
  if (slot?.isOpen !== true || slot.number !== number || slot.incidentId === incidentId) return nothing;
  if (slot.incidentId !== undefined) {
    const why = `${slot.slotId} has the incident ${slot.incidentId} already`;
    throw new InvalidTransitionError("FILLED", "FILLED", [], why);
  }
  return [{ type: "IncidentSlotFilled", data: { number, incidentId } }];
}

function evolve({ slot }: State, recorded: Recorded<IncidentSlotEvent>): State {
  const { streamId, version, hash } = recorded;
  const slotId = parseStreamName(streamId).id;
  const before = slot ?? { slotId, ...neverOpened };
  return { kind: "slot", slot: { ...changed(before, recorded), version, hash } };
}

const neverOpened: Omit<IncidentSlot, "slotId"> = {
  number: 0,
  isOpen: false,
  alertIds: [],
  isSettled: true,
  hasOverflowed: false,
  endings: [],
  version: 0,
  hash: "",
};

function changed(slot: IncidentSlot, { type, data }: IncidentSlotEvent): IncidentSlot {
  switch (type) {
    case "IncidentSlotOpened": {
      const { incidentId: _, severity: __, ...kept } = slot;
      const { number, alertId, severity } = data;
      const opened = { number, isOpen: true, alertIds: [alertId], isSettled: true, hasOverflowed: false };
      return { ...kept, ...opened, ...present({ severity }) };
    }
    case "IncidentSlotFilled":
      return { ...slot, incidentId: data.incidentId };
    case "IncidentSlotJoined":
      return { ...slot, alertIds: [...slot.alertIds, data.alertId] };
    case "IncidentSlotOverflowed":
      return { ...slot, hasOverflowed: true };
    case "IncidentSlotLeft": {
      const alertIds = slot.alertIds.filter((alertId) => alertId !== data.alertId);
      return { ...slot, alertIds, isSettled: slot.isSettled && data.settled };
    }
    case "IncidentSlotClosed":
      return { ...slot, isOpen: false, alertIds: [], endings: [...slot.endings, ...endingOf(slot, data.ending)] };
    case "IncidentSlotEnded":
      return { ...slot, endings: slot.endings.filter(({ number }) => number !== data.number) };
  }
}

function endingOf({ number, incidentId }: IncidentSlot, ending: "RESOLVE" | "TELL" | "NONE"): IncidentSlot["endings"] {
  return ending === "NONE" || incidentId === undefined ? [] : [{ number, incidentId, ending }];
}

export const incidentSlotDecider: Decider<State, IncidentSlotCommand, IncidentSlotEvent> = {
  initialState: { kind: "slot" },
  decide: (command, state) => decide(command, state),
  evolve,
};
