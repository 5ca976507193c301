/** Projects on the running server: what tests arrange with them, in short. */
import {
  BatchDocument,
  FlushBatchDocument,
  IngestProjectEventDocument,
  IngestProjectEventsDocument,
  OpenBatchDocument,
  ReassignProjectEventDocument,
  SetProjectSettingsDocument,
} from "../generated/operations.js";
import type {
  BatchQuery,
  IngestProjectEventInput,
  IngestProjectEventMutation,
  IngestProjectEventsInput,
  SetProjectSettingsInput,
} from "../generated/operations.js";
import { until } from "./graphql/client.js";
import type { TestOpsledger } from "./opsledger.js";

export type IngestedEvent = NonNullable<IngestProjectEventMutation["ingestProjectEvent"]["projectEvent"]> & {
  readonly position: string;
};
export type BatchNow = NonNullable<BatchQuery["batch"]>;

export interface TestProjects {
  /** Takes in an event. @throws where it is refused. */
  ingest(input?: Partial<IngestProjectEventInput>): Promise<IngestedEvent>;
  /** Takes in so many events together, `Event 1` and so on. @throws where one is refused. */
  ingestMany(
    project: string | null,
    count: number,
    more?: Partial<IngestProjectEventsInput>,
  ): Promise<readonly string[]>;
  reassign(projectEventId: string, project: string): Promise<{ readonly position: string }>;
  set(input: SetProjectSettingsInput): Promise<{ readonly position: string }>;
  /** Seals all that waits, once the index knows of `count` events, and returns the batches' ids. */
  flush(project: string, count?: number): Promise<readonly string[]>;
  /** The batch once `isSo`. */
  batchOnce(batchId: string, isSo: (batch: BatchNow) => boolean): Promise<BatchNow>;
}

export function projectsOf(test: TestOpsledger): TestProjects {
  const none = (errors: readonly unknown[]) => {
    if (errors.length > 0) throw new Error(JSON.stringify(errors));
  };
  const given = <T>(value: T | null | undefined): T => {
    if (value == null) throw new Error("nothing in the answer");
    return value;
  };
  return {
    async ingest(input = {}) {
      const { ingestProjectEvent: answer } = await test.run(IngestProjectEventDocument, {
        input: {
          title: "Merged #42: Add inventory tracking",
          project: "inventory",
          kind: "PULL_REQUEST_MERGED",
          ...input,
        },
      });
      none(answer.errors);
      return { ...given(answer.projectEvent), position: given(answer.position) };
    },
    async ingestMany(project, count, more = {}) {
      const events = Array.from({ length: count }, (_, n) => ({ title: `Event ${n + 1}`, project }));
      const { ingestProjectEvents: answer } = await test.run(IngestProjectEventsDocument, {
        input: { events, ...more },
      });
      none(answer.errors);
      return answer.results.map(({ errors, projectEvent }) => {
        none(errors);
        return given(projectEvent).projectEventId;
      });
    },
    async reassign(projectEventId, project) {
      const { reassignProjectEvent: answer } = await test.run(ReassignProjectEventDocument, {
        input: { projectEventId, project },
      });
      none(answer.errors);
      return { position: given(answer.position) };
    },
    async set(input) {
      const { setProjectSettings: answer } = await test.run(SetProjectSettingsDocument, { input });
      none(answer.errors);
      return { position: given(answer.position) };
    },
    async flush(project, count = 1) {
      await until(async () => {
        const { project: found } = await test.run(OpenBatchDocument, { name: project });
        return (found?.openBatch?.count ?? 0) >= Math.min(count, 45);
      });
      const { flushBatch: answer } = await test.run(FlushBatchDocument, { input: { project } });
      none(answer.errors);
      return answer.batches.map(({ batchId }) => batchId);
    },
    async batchOnce(batchId, isSo) {
      let found: BatchNow | null | undefined;
      await until(async () => {
        found = (await test.run(BatchDocument, { id: batchId })).batch;
        return found != null && isSo(found);
      });
      return given(found);
    },
  };
}

/** A policy that seals nothing by itself while a test runs. */
export const sealsByHand = { maxCount: 45, maxAgeSeconds: 86_400, criticalBypass: false, leadingFlush: false } as const;
