/** States of the streams of this context, folded from the events of the log. */
import { emptyResearchState, researchDecider } from "../../../domain/research/index.js";
import type { ResearchEvent, ResearchState } from "../../../domain/research/index.js";
import type { StreamFolding } from "../../streamStates.js";

export const researchFolding: StreamFolding<ResearchState, ResearchEvent> = {
  evolve: (state, event) => researchDecider.evolve(state, event),
  emptyStateOf: emptyResearchState,
};
