// A worker of research requests, from another process and by the API alone: node examples/node/worker.mjs [its name]
import { randomUUID } from "node:crypto";
import { clearTimeout, setTimeout } from "node:timers";
import { setTimeout as wait } from "node:timers/promises";

const url = process.env.OPSLEDGER_URL ?? "http://127.0.0.1:4000/graphql";
const workerId = process.argv[2] ?? `example-${process.pid}`;
const leaseSeconds = Number(process.env.LEASE_SECONDS ?? 30);
const token = process.env.OPSLEDGER_TOKEN;
const headers = {
  "content-type": "application/json",
  "x-opsledger-actor": workerId,
  ...(token && { authorization: `Bearer ${token}` }),
};
const stopping = new AbortController();
for (const signal of ["SIGTERM", "SIGINT"]) process.on(signal, () => stopping.abort());

// #region say
/** Another worker may have the request by now: nothing that we say of it counts any more. */
class LeaseLost extends Error {}

/** One mutation. Where no answer comes it is said again: that has no second effect, by the token or by the key. */
async function say(mutation, input, { fields = "", signal } = {}) {
  const type = `${mutation[0].toUpperCase()}${mutation.slice(1)}Input`;
  const query = `mutation ($input: ${type}!) { ${mutation}(input: $input) { ${fields} errors { __typename message } } }`;
  const body = JSON.stringify({ query, variables: { input } });
  for (let attempt = 1; ; attempt += 1) {
    const response = await fetch(url, { method: "POST", headers, body, signal }).catch((error) => error);
    if (response.ok || (response.status < 500 && response.status !== 429)) {
      const { data, errors } = await response.json();
      if (errors) throw new Error(errors[0].message);
      const [refusal] = data[mutation].errors;
      if (refusal?.__typename === "LeaseLostError") throw new LeaseLost(refusal.message);
      if (refusal) throw new Error(`${mutation}: ${refusal.message}`);
      return data[mutation];
    }
    if (signal?.aborted || attempt === 5) throw new Error(`${mutation}: no answer`, { cause: response });
    await wait(2 ** attempt * 100 * Math.random());
  }
}
// #endregion

// #region claim
/** Waits up to 20 seconds for a request. The key: where the answer is lost, the same claim is answered again. */
async function claim() {
  const input = { workerId, leaseSeconds, waitSeconds: 20, idempotencyKey: randomUUID() };
  const request = "requestId config { keywords qualityThreshold sources { name baseUrl sourceType } }";
  const fields = `claimed { leaseToken attempt checkpoint request { ${request} } }`;
  return (await say("claimRequests", input, { fields, signal: stopping.signal })).claimed[0];
}
// #endregion

// #region execute
/** Executes it part by part, a source each; goes on where an earlier attempt has left it. */
async function execute({ leaseToken, checkpoint, request: { requestId, config } }) {
  const lease = { requestId, leaseToken };
  const { sources } = config;
  const ended = new AbortController();
  const signal = AbortSignal.any([ended.signal, stopping.signal]);
  let done = { next: 0, read: 0, kept: 0, ...checkpoint };
  const beat = async () => {
    const { next, read } = done;
    const counts = { urlsFound: sources.length, contentExtracted: read, processingErrors: next - read };
    const progress = { stage: "content_extraction", percentage: (100 * next) / sources.length, ...counts };
    const input = { ...lease, progress, checkpoint: done };
    const { cancelRequested } = await say("heartbeatRequest", input, { fields: "cancelRequested" });
    if (cancelRequested) ended.abort(new Error("somebody wants it to end"));
  };
  await say("startRequest", { ...lease, resume: true });
  const onLost = (error) => (error instanceof LeaseLost ? ended.abort(error) : console.error(error.message));
  const timer = setInterval(() => beat().catch(onLost), (leaseSeconds * 1_000) / 3);
  try {
    const findings = [];
    while (done.next < sources.length) {
      signal.throwIfAborted();
      const part = done.next + 1;
      const item = await readSource(sources[done.next], config, `item-${part}`, signal).catch((error) => error);
      signal.throwIfAborted();
      const isRead = !(item instanceof Error);
      if (!isRead) {
        await say("appendRequestLogs", { ...lease, entries: [{ level: "WARNING", message: item.message }] });
      } else if (item) {
        await say("addRequestItems", { ...lease, part, items: [item] });
        findings.push({ text: `${item.title}: ${item.matchedKeywords.join(", ")}`, citations: [item.itemId] });
      }
      done = { next: part, read: done.read + (isRead ? 1 : 0), kept: done.kept + (isRead && item ? 1 : 0) };
      await beat();
    }
    if (done.read === 0) throw new Error("no source could be read");
    const executiveSummary = `${done.kept} of ${sources.length} pages answer the keywords.`;
    const counts = { urlsDiscovered: sources.length, contentExtracted: done.read, apiCalls: sources.length };
    await say("completeRequest", { ...lease, results: { executiveSummary, keyFindings: findings, ...counts } });
    console.log(`${requestId} completed`);
  } catch (error) {
    if (signal.reason instanceof LeaseLost || error instanceof LeaseLost) console.log(`${requestId} lost`);
    else if (signal.aborted) {
      // Somebody wants it to end, or we must stop: it goes back at once, and the attempt does not count.
      await say("releaseRequest", { ...lease, reason: ended.signal.aborted ? "cancelled" : "the worker stops" });
      console.log(`${requestId} released`);
    } else {
      await say("failRequest", { ...lease, error: error.message });
      console.log(`${requestId} failed: ${error.message}`);
    }
  } finally {
    clearInterval(timer);
  }
}
// #endregion

async function read(address, signal) {
  const response = await fetch(address, { signal });
  if (!response.ok) throw new Error(`${address} answered ${response.status}`);
  return response.text();
}

/** The work itself: put your own here. This one looks whether the page names the keywords. */
async function readSource({ name, baseUrl, sourceType }, { keywords, qualityThreshold }, itemId, signal) {
  const late = new AbortController();
  // Not AbortSignal.timeout: within AbortSignal.any nothing holds it, so that it may be garbage-collected, and never abort.
  const timer = setTimeout(() => late.abort(new Error(`${baseUrl} took longer than 15 s`)), 15_000);
  const html = await read(baseUrl, AbortSignal.any([signal, late.signal])).finally(() => clearTimeout(timer));
  const title = /<title>([^<]+)</i.exec(html)?.[1].trim() ?? name;
  const text = html.replace(/<(script|style)\b.*?<\/\1>|<[^>]*>|\s+/gis, " ").trim();
  const matchedKeywords = keywords.filter((keyword) => text.toLowerCase().includes(keyword.toLowerCase()));
  const score = matchedKeywords.length / keywords.length;
  if (score < qualityThreshold) return undefined;
  const excerpt = text.slice(0, 600);
  return { itemId, url: baseUrl, title, source: name, sourceType, text: excerpt, score, matchedKeywords };
}

console.log(`${workerId} waits for requests`);
while (!stopping.signal.aborted) {
  try {
    const claimed = await claim();
    if (claimed) console.log(`${claimed.request.requestId} claimed, attempt ${claimed.attempt}`);
    if (claimed) await execute(claimed);
  } catch (error) {
    if (stopping.signal.aborted) break;
    console.error(error.message);
    await wait(1_000 + 1_000 * Math.random(), undefined, { signal: stopping.signal }).catch(() => undefined);
  }
}
