import { availableParallelism } from "node:os";
import { configDefaults, defineConfig } from "vitest/config";

/** Tests without IO, which leave nothing behind: those that one worker runs share what they import. */
const units = ["test/**/*.unit.test.ts"];
/** Tests that build `dist`, or kill what they have started there: one file at a time, with nothing beside them. */
const alone = ["test/e2e/**/*.test.ts", "test/faults/**/*.test.ts", "test/cli/worker.int.test.ts"];

export default defineConfig({
  // type-graphql (through Node) and our files (through vite) must see one copy of graphql.
  resolve: { alias: [{ find: /^graphql$/, replacement: "graphql/index.js" }] },
  test: {
    pool: "forks",
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true" },
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // The last line, "N passed, N failed", is what a script that calls `npm test` can read.
    reporters: ["default", "./test/support/closingLineReporter.ts"],
    projects: [
      {
        extends: true,
        test: {
          name: "units",
          include: units,
          exclude: [...configDefaults.exclude, ...alone],
          isolate: false,
          maxWorkers: Math.max(2, availableParallelism() - 1),
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: "beside each other",
          include: ["test/**/*.test.ts"],
          exclude: [...configDefaults.exclude, ...alone, ...units],
          maxWorkers: Math.max(2, availableParallelism() - 1),
          sequence: { groupOrder: 1 },
        },
      },
      { extends: true, test: { name: "alone", include: alone, maxWorkers: 1, sequence: { groupOrder: 2 } } },
    ],
  },
});
