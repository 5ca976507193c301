/** Every event that is stored, of all contexts. */
import { incidentEventFormats } from "../domain/incidents/index.js";
import { insightsEventFormats } from "../domain/insights/index.js";
import { sessionEventFormats } from "../domain/integrations/index.js";
import { createCodec } from "../domain/kernel/codec.js";
import { projectsEventFormats } from "../domain/projects/index.js";
import { researchEventFormats } from "../domain/research/index.js";

export const codec = createCodec({
  ...incidentEventFormats,
  ...projectsEventFormats,
  ...insightsEventFormats,
  ...researchEventFormats,
  ...sessionEventFormats,
});
