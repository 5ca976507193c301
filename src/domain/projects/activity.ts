/** What each project has had: an async projection, because all its events fold into one row. */
import { ofCategory } from "../kernel/feed.js";
import type { FeedEntry } from "../kernel/feed.js";
import type { AsyncProjection } from "../kernel/processing.js";
import { present } from "../kernel/present.js";
import { parseStreamName } from "../kernel/streamName.js";
import type { Instant } from "../kernel/time.js";
import { receivedAtOf } from "./eventTime.js";
import {
  batchCategory,
  batchEventSchemas,
  projectEventCategory,
  projectEventEventSchemas,
  projectSettingsCategory,
  projectSettingsEventSchemas,
} from "./events.js";
import type { ProjectActivity } from "./readModel.js";
import { projectEventSources } from "./values.js";
import type { ProjectEventSource } from "./values.js";
import { projectTag } from "./views.js";

/** One row for each project. Sums, the least and the greatest do not ask in which order. */
export const projectActivityProjection: AsyncProjection<ProjectActivity> = {
  name: "project-activity",
  keys: (entry) => contributionsOf(entry).map(({ project }) => project),
  apply: (row, entry, key) =>
    contributionsOf(entry)
      .filter(({ project }) => project === key)
      .reduce((sum: ProjectActivity | undefined, part) => add(sum ?? noActivity(key), part), row),
};

export function noActivity(project: string): ProjectActivity {
  return { project, events: 0, bySource: noneOfAnySource, batches: 0 };
}

const noneOfAnySource = Object.fromEntries(projectEventSources.map((source) => [source, 0])) as Readonly<
  // Made from all sources.
  Record<ProjectEventSource, number>
>;

/** What one event adds to a project. */
interface Contribution {
  readonly project: string;
  readonly source?: ProjectEventSource | undefined;
  /** One more, or one less. */
  readonly events?: 1 | -1;
  readonly batches?: 1;
  readonly eventAt?: Instant;
  readonly batchAt?: Instant;
}

function contributionsOf(entry: FeedEntry): readonly Contribution[] {
  const event =
    ofCategory(entry, projectEventCategory, projectEventEventSchemas) ??
    ofCategory(entry, batchCategory, batchEventSchemas) ??
    ofCategory(entry, projectSettingsCategory, projectSettingsEventSchemas);
  switch (event?.type) {
    case "ProjectEventReceived": {
      const { project, source, eventTime } = event.data;
      return [{ project, source, events: 1, eventAt: receivedAtOf(eventTime) }];
    }
    case "ProjectEventReassigned": {
      const { from, to, eventTime } = event.data;
      const source = sourceOf(entry);
      return [
        { project: from, source, events: -1 },
        { project: to, source, events: 1, eventAt: receivedAtOf(eventTime) },
      ];
    }
    case "BatchSealed":
      return [{ project: event.data.project, batches: 1, batchAt: event.recordedAt }];
    case "ProjectBatchPolicySet":
    case "ProjectChannelSet":
    case "ProjectNotificationsSet":
      // A project with settings is there, also before its first event.
      return [{ project: parseStreamName(event.streamId).id }];
    default:
      return [];
  }
}

/** An event that moves says nothing of its source; the tags of its commit do. */
function sourceOf({ tags }: FeedEntry): ProjectEventSource | undefined {
  return projectEventSources.find((source) => tags.after.includes(projectTag.source(source)));
}

function add(row: ProjectActivity, part: Contribution): ProjectActivity {
  const { project, events, bySource, batches } = row;
  const count = part.events ?? 0;
  return present({
    project,
    events: events + count,
    bySource: part.source === undefined ? bySource : { ...bySource, [part.source]: bySource[part.source] + count },
    batches: batches + (part.batches ?? 0),
    firstEventAt: least(row.firstEventAt, part.eventAt),
    lastEventAt: greatest(row.lastEventAt, part.eventAt),
    lastBatchAt: greatest(row.lastBatchAt, part.batchAt),
  });
}

function least(one: Instant | undefined, other: Instant | undefined): Instant | undefined {
  return one === undefined || (other !== undefined && other < one) ? other : one;
}

function greatest(one: Instant | undefined, other: Instant | undefined): Instant | undefined {
  return one === undefined || (other !== undefined && other > one) ? other : one;
}
