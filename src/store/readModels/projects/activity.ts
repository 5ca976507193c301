/** What each project has had, as rows of `Projects`: what the projector writes and readers read. */
import { projectActivityProjection } from "../../../domain/projects/index.js";
import type { ProjectActivity } from "../../../domain/projects/index.js";
import { batchGet } from "../../dynamodb/batchGet.js";
import type { DynamoDb } from "../../dynamodb/client.js";
import type { AsyncView } from "../../processing/asyncView.js";
import { loadCheckpoint } from "../../processing/checkpoint.js";
import { allProjects, parts, settingsKey } from "./keys.js";

const table = "Projects";

export const projectActivityView: AsyncView<ProjectActivity> = {
  projection: projectActivityProjection,
  rows: "folds",
  itemKey: (project, generation) => ({ table, key: { project, part: parts.activity(generation) } }),
  toItem: (_key, activity) => ({ listKey: allProjects, activity: JSON.stringify(activity) }),
  fromItem: (item) => JSON.parse(String(item["activity"])) as ProjectActivity,
};

/** Those of the projects that have settings or had an event, in their order. Two requests for 50 projects. */
export async function existingProjects(db: DynamoDb, projects: readonly string[]): Promise<readonly string[]> {
  const { generation = 0 } = (await loadCheckpoint(db, projectActivityProjection.name)) ?? {};
  const keys = projects.flatMap((project) => [
    settingsKey(project),
    projectActivityView.itemKey(project, generation).key,
  ]);
  const items = await batchGet(db, table, keys, { projection: ["part"] });
  return projects.filter((_, index) => (items[2 * index] ?? items[2 * index + 1]) !== undefined);
}
