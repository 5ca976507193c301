/** A service of the feed on loopback as the conformance suite of services wants it. */
import type { JsonObject } from "../../src/domain/kernel/json.js";
import type { IntegrationService } from "../../src/domain/integrations/index.js";
import type { IntegrationServiceSubject, ServiceFault } from "../conformance/integrationServiceContract.js";
import { breaksOff, hangs, says, startJsonFeed } from "./jsonFeedServer.js";
import type { FeedAnswer, JsonFeed } from "./jsonFeedServer.js";

export interface FeedSubjectOptions {
  readonly pageSize: number;
  readonly many: number;
  readonly credential: JsonObject;
  /** `idPrefix`: of items. */
  readonly connect: (feed: JsonFeed) => {
    readonly service: IntegrationService & { close?(): Promise<void> };
    readonly state: JsonObject;
    readonly idPrefix: string;
  };
}

export async function startFeedSubject(options: FeedSubjectOptions): Promise<IntegrationServiceSubject> {
  const { pageSize, many, credential, connect } = options;
  const feed = await startJsonFeed({ pageSize });
  const { service, state, idPrefix } = connect(feed);
  const endless = createEndless();
  const silence = createSilence();
  const faults: Readonly<Record<ServiceFault["kind"], FeedAnswer>> = {
    "rate limit": says("{}", 429, { "retry-after": "17" }),
    auth: says("{}", 401),
    outage: says("{}", 503),
    cut: breaksOff,
    garbage: says("<html>It works!</html>"),
    "other JSON": says({ hello: "world" }),
    endless: endless.answer,
    silence: silence.answer,
  };
  return {
    ...{ service, credential, state, many },
    add(count) {
      feed.append(count);
      return feed.records.slice(-count).map(({ id }) => `${idPrefix}${id}`);
    },
    fail(fault, behind = 0) {
      if (fault === undefined) return feed.answerAlways();
      const from = feed.requests.length + behind;
      // The request that is answered is counted already.
      feed.answerAlways((...asked) => (feed.requests.length > from ? faults[fault.kind] : feed.serve)(...asked));
    },
    requests: () => feed.requests.length,
    endlessBytes: endless.bytes,
    silent: () => silence.begun,
    async close() {
      await Promise.all([service.close?.(), feed.close()]);
    },
  };
}

function createEndless(): { readonly answer: FeedAnswer; readonly bytes: () => number } {
  let bytes = 0;
  const chunk = "[".padEnd(65_536);
  return {
    bytes: () => bytes,
    answer: (_, response) => {
      response.writeHead(200, { "content-type": "application/json" });
      const more = () => {
        for (let isTaken = true; isTaken && !response.destroyed; bytes += chunk.length) isTaken = response.write(chunk);
      };
      response.on("drain", more);
      more();
    },
  };
}

function createSilence(): { readonly answer: FeedAnswer; readonly begun: Promise<void> } {
  let begin = () => {};
  const begun = new Promise<void>((resolve) => (begin = resolve));
  return {
    begun,
    answer: (...asked) => {
      begin();
      hangs(...asked);
    },
  };
}
