/** Ends every run with what failed, also if only at first, by name, and one plain line, "N passed, N failed, N skipped", for scripts that read the result. */
import type { Reporter, TestModule } from "vitest/node";

export default class ClosingLineReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const count = { passed: 0, failed: 0, skipped: 0, pending: 0 };
    const failed: string[] = [];
    for (const module of modules) {
      if (module.state() === "failed" && [...module.children.allTests()].length === 0) {
        count.failed += 1;
        failed.push(`FAILED ${module.relativeModuleId}`);
      }
      for (const test of module.children.allTests()) {
        const { state, errors } = test.result();
        count[state] += 1;
        const { flaky = false } = test.diagnostic() ?? {};
        if (state !== "failed" && !flaky) continue;
        const what = flaky ? "FAILED ONCE, PASSED WHEN TRIED AGAIN" : "FAILED";
        failed.push(
          `${what} ${module.relativeModuleId} > ${test.fullName}: ${errors?.[0]?.message.slice(0, 400) ?? ""}`,
        );
      }
    }
    for (const line of failed) console.log(line);
    console.log(`${count.passed} passed, ${count.failed} failed, ${count.skipped + count.pending} skipped`);
  }
}
