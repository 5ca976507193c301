/** The event index in `domain-event-index`: one item for each event, under what set it off. */
export { createEventIndex } from "./eventIndex.js";
export { eventIndexView } from "./view.js";
