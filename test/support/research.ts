/** Research requests on the running server: what tests arrange with them, in short. */
import { mutate } from "./mutation.js";
import type { TestOpsledger } from "./opsledger.js";

export type Json = Record<string, unknown>;

/** What a claim gives. */
export interface TestClaim {
  readonly requestId: string;
  readonly leaseToken: number;
}

export interface TestResearch {
  /** Submits a request of `acme`. @throws where it is refused. */
  submit(input?: Json): Promise<{ readonly requestId: string; readonly position: string }>;
  /** Claims one request as `worker`, by its id once the index knows it. @throws where it is refused, or none is given. */
  claim(requestId: string, input?: Json): Promise<TestClaim>;
  /** Submits, claims and starts one. */
  running(input?: Json): Promise<TestClaim>;
  /** Does something under a claim, as `worker`. @throws where it is refused. */
  under(claim: TestClaim, name: string, input?: Json, selection?: string): Promise<Json>;
  /** Adds an item and completes with it. @throws where it is refused. */
  complete(claim: TestClaim): Promise<Json>;
}

/** Who works where a test says nothing else. */
export const worker = "worker-1";

export const config = {
  keywords: ["semaglutide", "tirzepatide"],
  sources: [{ name: "FDA", baseUrl: "https://www.fda.gov", sourceType: "GOVERNMENT" }],
};

export function anItem(itemId: string, more: Json = {}): Json {
  return {
    itemId,
    url: `https://www.fda.gov/${itemId}`,
    title: `About ${itemId}`,
    source: "FDA",
    sourceType: "GOVERNMENT",
    text: "Semaglutide was approved.",
    score: 0.9,
    matchedKeywords: ["semaglutide"],
    ...more,
  };
}

export function someResults(citations: readonly string[], more: Json = {}): Json {
  return {
    executiveSummary: "Semaglutide was approved.",
    keyFindings: citations.length === 0 ? [] : [{ text: "It was approved.", citations }],
    writtenBy: "deterministic-v1",
    urlsDiscovered: 4,
    contentExtracted: 3,
    apiCalls: 5,
    ...more,
  };
}

export function researchOf(test: TestOpsledger): TestResearch {
  const under: TestResearch["under"] = ({ requestId, leaseToken }, name, input = {}, selection = "") =>
    mutate(test, name, { requestId, leaseToken, ...input }, { actor: worker, selection });

  const research: TestResearch = {
    async submit(input = {}) {
      const payload = await mutate<{ request: { requestId: string }; position: string }>(
        test,
        "submitRequest",
        { projectId: "acme", requestType: "market", config, ...input },
        { selection: "request { requestId } position", actor: "ana" },
      );
      return { requestId: payload.request.requestId, position: payload.position };
    },
    async claim(requestId, input = {}) {
      const { claimed } = await mutate<{ claimed: { leaseToken: number }[] }>(
        test,
        "claimRequests",
        { workerId: worker, requestIds: [requestId], ...input },
        { selection: "claimed { leaseToken }", actor: worker },
      );
      const [first] = claimed;
      if (first === undefined) throw new Error(`${requestId} was not given`);
      return { requestId, leaseToken: first.leaseToken };
    },
    async running(input = {}) {
      const { requestId } = await research.submit(input);
      const claim = await research.claim(requestId);
      await under(claim, "startRequest");
      return claim;
    },
    under,
    async complete(claim) {
      await under(claim, "addRequestItems", { part: 1, items: [anItem("a")] });
      return under(claim, "completeRequest", { results: someResults(["a"]) });
    },
  };
  return research;
}
