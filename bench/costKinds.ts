/** The kinds of command whose cost is measured, warm: a line of its own sends one after the other. */
import { randomUUID } from "node:crypto";
import type { HttpClient } from "./httpClient.js";
import { changeStatus, declareIncident, recordEntry } from "./operations.js";

export interface CostKind {
  readonly name: string;
  /** How many each line sends in a burst. */
  readonly each: number;
  /** What is there before; answers with what sends one command (or one of all that the name says) and fails where it is refused. */
  prepare(client: HttpClient): Promise<() => Promise<void>>;
}

interface Answer {
  readonly errors: readonly { readonly message: string }[];
}

async function say<Data extends Answer>(client: HttpClient, query: string, input: object): Promise<Data> {
  const [answer] = Object.values(await client.post<Readonly<Record<string, Data>>>(query, { input }));
  if (answer === undefined || answer.errors.length > 0) throw new Error(JSON.stringify(answer?.errors));
  return answer;
}

/** A mutation that answers with nothing but `fields` and its errors. */
const mutation = (name: string, fields = "") =>
  `mutation ($input: ${name.charAt(0).toUpperCase()}${name.slice(1)}Input!) { ${name}(input: $input) { ${fields} errors { message } } }`;

const incident = { title: "Payments fail", severity: "P2", services: ["bench", "other"], commander: "ana" };

async function declare(client: HttpClient): Promise<string> {
  const answer = await say<Answer & { incident: { incidentId: string } }>(client, declareIncident, incident);
  return answer.incident.incidentId;
}

const ingest = mutation("ingestProjectEvent");
const ingestMany = mutation("ingestProjectEvents");
const record = mutation("recordActivity");

const items = Array.from({ length: 10 }, (_, index) => ({
  itemId: `item-${index}`,
  url: "https://fda.example/page",
  title: "A page",
  source: "FDA",
  sourceType: "GOVERNMENT",
  text: "Semaglutide is a GLP-1 receptor agonist. ".repeat(10),
  score: 0.9,
  matchedKeywords: ["semaglutide"],
}));

/** A request from its submission to its report: six mutations. */
async function researchLife(client: HttpClient, requestType: string): Promise<void> {
  const sources = ["FDA", "NIH"].map((name) => ({
    name,
    baseUrl: `https://${name.toLowerCase()}.example`,
    sourceType: "GOVERNMENT",
  }));
  const config = { keywords: ["semaglutide", "wegovy"], sources };
  await say(client, mutation("submitRequest"), { projectId: "bench", requestType, priority: "HIGH", config });
  const { claimed } = await say<
    Answer & { claimed: readonly { leaseToken: number; request: { requestId: string } }[] }
  >(client, mutation("claimRequests", "claimed { leaseToken request { requestId } }"), {
    workerId: "bench",
    leaseSeconds: 600,
    types: [requestType],
    waitSeconds: 5,
  });
  const [first] = claimed;
  if (first === undefined) throw new Error("there is nothing to claim");
  const lease = { requestId: first.request.requestId, leaseToken: first.leaseToken };
  await say(client, mutation("startRequest"), lease);
  const progress = { stage: "content_extraction", percentage: 50, contentExtracted: 5 };
  await say(client, mutation("heartbeatRequest"), { ...lease, progress });
  await say(client, mutation("addRequestItems"), { ...lease, part: 1, items });
  const results = { executiveSummary: "Ten items.", urlsDiscovered: 10, contentExtracted: 10, apiCalls: 12 };
  await say(client, mutation("completeRequest"), { ...lease, results });
}

let lines = 0;
const newLine = () => (lines += 1);

export const costKinds: readonly CostKind[] = [
  {
    name: "declare an incident",
    each: 20,
    prepare: async (client) => async () => void (await declare(client)),
  },
  {
    name: "change an incident's status",
    each: 20,
    async prepare(client) {
      const incidentId = await declare(client);
      let to = "MITIGATED";
      return async () => {
        to = to === "MITIGATED" ? "INVESTIGATING" : "MITIGATED";
        await say(client, changeStatus, { incidentId, to });
      };
    },
  },
  {
    name: "record a timeline entry",
    each: 20,
    async prepare(client) {
      const incidentId = await declare(client);
      return async () => void (await say(client, recordEntry, { incidentId, text: "Restarted the second node." }));
    },
  },
  {
    name: "ingest a project event, with its tenth of a batch that is summed up and posted",
    each: 20,
    async prepare(client) {
      const project = `cost-${newLine()}`;
      return async () => void (await say(client, ingest, { project, title: "Keep the button where it is" }));
    },
  },
  {
    name: "ingest 100 project events in one request, of no project",
    each: 2,
    prepare: async (client) => async () => {
      const events = Array.from({ length: 100 }, () => ({ title: "Keep the button where it is" }));
      await say(client, ingestMany, { events });
    },
  },
  {
    name: "record a fact about an entity",
    each: 20,
    async prepare(client) {
      const entityId = `stu_${newLine()}`;
      return async () => void (await say(client, record, { entityId, kind: "session", dedupeId: randomUUID() }));
    },
  },
  {
    name: "carry a research request out, six mutations and ten items",
    each: 4,
    async prepare(client) {
      const requestType = `cost_${newLine()}`;
      return () => researchLife(client, requestType);
    },
  },
];
