import { defineConfig } from "vitest/config";

export default defineConfig({
  // type-graphql (through Node) and our files (through vite) must see one copy of graphql.
  resolve: { alias: [{ find: /^graphql$/, replacement: "graphql/index.js" }] },
  test: {
    include: ["test/**/*.test.ts"],
    pool: "forks",
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true" },
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // The last line, "N passed, N failed", is what a script that calls `npm test` can read.
    reporters: ["default", "./test/support/closingLineReporter.ts"],
  },
});
