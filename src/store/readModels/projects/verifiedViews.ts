/** Project events, batches, settings and rules, as the proofs know them. */
import {
  batchCategory,
  projectEventCategory,
  projectEventExpiry,
  projectRoutingCategory,
  projectRoutingId,
  projectSettingsCategory,
  projectsProjection,
} from "../../../domain/projects/index.js";
import { toStreamName } from "../../../domain/kernel/streamName.js";
import type { Item } from "../../dynamodb/rowWrite.js";
import { verifiedViewsOf } from "../../proofs/verifiedView.js";
import type { RowOwnership } from "../../proofs/verifiedView.js";
import { isOurs } from "./items.js";
import { parts, routingKey } from "./keys.js";
import { projectsFolding, toProjectEventStream } from "./states.js";
import { projectViewWriters } from "./viewWriters.js";

const viewOf = verifiedViewsOf({ ...projectsFolding, projection: projectsProjection, writers: projectViewWriters });

/** A stream with one row, whose key is the stream's id: a stream that exists has it. */
function rowOf(
  streamOf: (item: Item) => string | undefined,
  isOfAsyncView: (item: Item) => boolean = () => false,
): RowOwnership {
  return { streamOf: (item) => (isOurs(item) ? streamOf(item) : undefined), follows: () => true, isOfAsyncView };
}

const isActivity = (item: Item) => String(item["part"]).startsWith(parts.anyActivity);
const isRouting = ({ project, part }: Item) => project === routingKey.project && part === routingKey.part;

export const projectVerifiedViews = [
  viewOf(projectEventCategory, {
    // Where an event is, only its whole stream tells: it may have moved.
    tables: {
      ProjectEvents: {
        streamOf: (item) => (isOurs(item) ? toProjectEventStream(String(item["eventId"])) : undefined),
      },
    },
    expiryOf: (_item, state) =>
      state.kind === "project-event" && state.projectEvent !== undefined
        ? projectEventExpiry(state.projectEvent)
        : undefined,
  }),
  viewOf(batchCategory, {
    tables: { ProjectBatches: rowOf(({ batchId }) => toStreamName(batchCategory, String(batchId))) },
  }),
  viewOf(projectSettingsCategory, {
    tables: {
      Projects: rowOf(
        ({ project, part }) =>
          part === parts.settings ? toStreamName(projectSettingsCategory, String(project)) : undefined,
        isActivity,
      ),
    },
  }),
  viewOf(projectRoutingCategory, {
    tables: {
      Projects: rowOf(
        (item) => (isRouting(item) ? toStreamName(projectRoutingCategory, projectRoutingId) : undefined),
        isActivity,
      ),
    },
  }),
];
