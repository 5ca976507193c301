/** The change feed in memory. */
import { expect, it } from "vitest";
import { createMemoryChangeFeed } from "../../../src/store/feed/memoryChangeFeed.js";
import { FeedGapError } from "../../../src/store/feed/errors.js";
import { changeFeedConformance } from "../../conformance/changeFeed.conformance.js";
import { aCommit } from "./support/ledger.js";

changeFeedConformance("The feed in memory", {
  aCommit,
  create: async () => {
    const feed = createMemoryChangeFeed({ logs: 4 });
    return {
      feed,
      append: async (commits) => {
        for (const commit of commits) feed.append(commit);
      },
      close: async () => undefined,
    };
  },
});

it("refuses a commit that does not follow the last one of its stream", () => {
  const feed = createMemoryChangeFeed({ logs: 1 });
  feed.append(aCommit("Test-a", 1));
  expect(() => feed.append(aCommit("Test-a", 3))).toThrow(FeedGapError);
});
