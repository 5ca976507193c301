/**
 * Any service that answers a GET with JSON. How far it has been read says a cursor: of the answer, or of its last item; where there is
 * none, items are told apart by their ids. Addresses are https and of the public web; what a name leads to is checked when it is connected to.
 */
import type { IntegrationService, PollPage, PollWork } from "../../domain/integrations/index.js";
import { ServiceFailure } from "../../domain/integrations/index.js";
import { clip } from "../../domain/kernel/text.js";
import { createUrlCheck } from "../web/urlCheck.js";
import { createHttpAsk, httpCredential } from "./httpAsk.js";
import type { HttpAskDeps } from "./httpAsk.js";
import { readList } from "./httpList.js";
import { readNewestFirst, readOldestFirst } from "./httpCursor.js";
import { createPaging } from "./httpPaging.js";
import type { HttpReading } from "./httpPaging.js";
import { hasCursor, httpState, isForward, modeOf, readHttpState, toJson, withoutCursor } from "./httpState.js";
import type { HttpState } from "./httpState.js";

export interface HttpService extends IntegrationService {
  close(): Promise<void>;
}

/** `allowedHosts`: `host` or `host:port` of one's own network, exempt from what is said of addresses. */
export function createHttpService(deps: HttpAskDeps): HttpService {
  const check = createUrlCheck(deps);
  const http = createHttpAsk(deps);

  async function* poll(work: PollWork): AsyncGenerator<PollPage> {
    const given = readHttpState(work.state);
    const problem = check(given.url);
    if (problem !== undefined) throw new ServiceFailure("PERMANENT", "forbidden_address", `the address ${problem}`);
    const credential = work.credential === undefined ? undefined : httpCredential.parse(work.credential);
    const { now, signal, resyncSince } = work;
    const paging = createPaging((url, isBehindCursor) =>
      http.ask(url, { credential, hasCursor: isBehindCursor, now, signal }),
    );
    const isPlaced = hasCursor(work.state);
    // Reading anew begins with a cursor that means the beginning: wherever it is interrupted, it goes on from there.
    const state = isPlaced || resyncSince === undefined ? given : atBeginning(given);
    let isToldOf = isPlaced;
    for await (const page of pagesOf({ state, paging, resyncSince, isFirst: !isPlaced && resyncSince === undefined })) {
      isToldOf = true;
      yield page;
    }
    if (!isToldOf) yield { items: [], state: toJson(state) };
  }

  return {
    type: "http",
    title: "HTTP/JSON",
    mode: "POLL",
    leastIntervalMs: 10_000,
    defaultIntervalMs: 60_000,
    concurrency: 20,
    state: httpState,
    credential: httpCredential,
    credentialOptional: true,
    // Addresses may hold what only their owner should know.
    personal: ["url", "next"],
    accountKey: () => undefined,
    stateProblem(state) {
      const { url } = readHttpState(state);
      const problem = check(url) ?? secretProblem(url);
      return problem === undefined ? undefined : `url ${problem}`;
    },
    hasCursor,
    isForward,
    withoutCursor,
    poll,
    close: () => http.close(),
  };
}

function pagesOf(reading: HttpReading): AsyncIterable<PollPage> {
  if (modeOf(reading.state) === "LIST") return readList(reading);
  return reading.state.newestFirst === true ? readNewestFirst(reading) : readOldestFirst(reading);
}

function atBeginning(state: HttpState): HttpState {
  return modeOf(state) === "LIST" ? { ...state, seen: [] } : { ...state, cursor: "" };
}

/** The log keeps addresses for ever, and shows them to whoever reads it. */
function secretProblem(address: string): string | undefined {
  const name = [...new URL(address).searchParams.keys()].find(isSecretName);
  return name === undefined
    ? undefined
    : `must not hold a secret (${clip(name, 50)}): store it as a credential, which is sent as a header`;
}

const secretWords: ReadonlySet<string> = new Set([
  ...["key", "apikey", "accesskey", "secret", "clientsecret", "password", "passwd", "pwd", "passphrase"],
  ...["token", "accesstoken", "authtoken", "apitoken", "bearer", "signature"],
]);
/** A token or key that says where one is is no secret: `page_token`, `sortKey`. */
const placeWords: ReadonlySet<string> = new Set(["page", "next", "start", "cursor", "continuation", "sync", "sort"]);

function isSecretName(name: string): boolean {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .toLowerCase()
    .split(/[^a-z0-9]+/);
  return words.some((word) => secretWords.has(word)) && !words.some((word) => placeWords.has(word));
}
