/** Builds `dist` before the first test that starts what is built: once for all of them, and again where a watched run begins anew. */
import type { TestProject } from "vitest/node";
import { build } from "./builtServer.js";

export default async function buildOnce(project: TestProject): Promise<void> {
  await build();
  project.onTestsRerun(build);
}
