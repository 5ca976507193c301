/** One decider for the three kinds of streams of this context, so that one transaction may span them. */
import type { Decider } from "../kernel/decider.js";
import { joinDeciders } from "../kernel/joinedDecider.js";
import type { ResearchCommand } from "./commands.js";
import { requestCategory, researchProjectCategory, slotCategory } from "./events.js";
import type { ResearchEvent } from "./events.js";
import { requestDecider } from "./request.js";
import { researchProjectDecider } from "./researchProject.js";
import { slotDecider } from "./slot.js";
import type { ResearchState } from "./state.js";

const joined = joinDeciders<ResearchState, ResearchCommand, ResearchEvent>({
  [requestCategory]: requestDecider,
  [slotCategory]: slotDecider,
  [researchProjectCategory]: researchProjectDecider,
});

/** Rules of all streams of this context, each by its category. */
export const researchDecider: Decider<ResearchState, ResearchCommand, ResearchEvent> = joined.decider;

/** The state of a stream that was never written to. Throws where the stream is none of this context. */
export function emptyResearchState(streamId: string): ResearchState {
  return joined.initialStateOf(streamId);
}
