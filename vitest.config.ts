import { availableParallelism } from "node:os";
import { configDefaults, defineConfig } from "vitest/config";

/** Tests without IO, which leave nothing behind: those that one worker runs share what they import. */
const units = ["test/**/*.unit.test.ts"];
/**
 * Tests that start what is built, kill it and wait for what becomes of it within some seconds, or count what is left in their own
 * process: each file in a process of its own, and no more of them at a time than the machine has cores.
 */
const alone = [
  "test/e2e/**/*.e2e.test.ts",
  "test/faults/**/*.test.ts",
  "test/cli/worker.int.test.ts",
  "test/server/leftovers.int.test.ts",
];

export default defineConfig({
  // type-graphql (through Node) and our files (through vite) must see one copy of graphql.
  resolve: { alias: [{ find: /^graphql$/, replacement: "graphql/index.js" }] },
  test: {
    pool: "forks",
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true" },
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Engines, browsers and other processes share a machine with CI: one test in thousands may be cut short. It is tried once more, and named.
    retry: process.env["CI"] === undefined ? 0 : 1,
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
          retry: 0,
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
          // Each closes what it opens; what they import takes longer than most of them.
          isolate: false,
          maxWorkers: Math.max(2, availableParallelism() - 1),
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: "alone",
          include: alone,
          globalSetup: "./test/e2e/support/buildOnce.ts",
          maxWorkers: 2,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
