/** The whole server on a fresh folder: engine, ledger, transports. What the tests of the product run against. */
import type { TypedDocumentNode } from "@graphql-typed-document-node/core";
import { print } from "graphql";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseConfig } from "../../src/config/config.js";
import { createLogger } from "../../src/observability/logger.js";
import { startOpsledger } from "../../src/server/composition.js";
import type { Opsledger } from "../../src/server/composition.js";
import { createDynamoDb } from "../../src/store/dynamodb/client.js";
import type { DynamoDb, SentRequest } from "../../src/store/dynamodb/client.js";
import { prefixed } from "../../src/store/tables.js";
import { AddCommentDocument, ChangeStatusDocument, DeclareIncidentDocument } from "../generated/operations.js";
import type { ChangeIncidentStatusInput, DeclareIncidentInput } from "../generated/operations.js";
import { post, subscribeWs } from "./graphql/client.js";
import type { Answer, Collector } from "./graphql/client.js";

export interface TestOpsledger {
  readonly opsledger: Opsledger;
  readonly dataDir: string;
  /** A plain client for the tables, as anybody's own tools would be. */
  readonly db: DynamoDb;
  /** Requests that callers have caused since the last call of `counted`. */
  counted(): readonly SentRequest[];
  /** Sends an operation; the answer as it is on the wire. */
  send<Data, Variables>(
    document: TypedDocumentNode<Data, Variables>,
    variables: Variables,
    actor?: string,
  ): Promise<Answer<Data>>;
  /** Sends an operation and returns its data; throws where there are errors. */
  run<Data, Variables>(
    document: TypedDocumentNode<Data, Variables>,
    variables: Variables,
    actor?: string,
  ): Promise<Data>;
  follow<Data, Variables>(document: TypedDocumentNode<Data, Variables>, variables: Variables): Collector<Data>;
  declare(input?: Partial<DeclareIncidentInput>): Promise<DeclaredIncident>;
  changeStatus(
    incidentId: string,
    to: ChangeIncidentStatusInput["to"],
    more?: Partial<ChangeIncidentStatusInput>,
  ): Promise<void>;
  comment(incidentId: string, text: string, actor?: string): Promise<{ readonly id: string }>;
  /** Stops the server and starts it again on the same data. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

export type DeclaredIncident = NonNullable<
  (typeof DeclareIncidentDocument extends TypedDocumentNode<infer Data, infer _>
    ? Data
    : never)["declareIncident"]["incident"]
>;

export async function startTestOpsledger(environment: Readonly<Record<string, string>> = {}): Promise<TestOpsledger> {
  const dataDir = await mkdtemp(join(tmpdir(), "opsledger-test-"));
  const sent: SentRequest[] = [];
  const start = () =>
    startOpsledger({
      config: parseConfig({
        PORT: "0",
        DATA_DIR: dataDir,
        LOG_LEVEL: "silent",
        RESEARCH_WORKER: "off",
        INTEGRATION_POLLER: "off",
        ...environment,
      }),
      logger: createLogger({ level: "silent" }),
      onRequest: (request) => sent.push(request),
    });
  let opsledger = await start();
  const clientFor = ({ engine }: Opsledger) => createDynamoDb({ ...engine, tableName: prefixed("") });
  let db = clientFor(opsledger);

  const send: TestOpsledger["send"] = (document, variables, actor) =>
    post(opsledger.http.url, {
      query: print(document),
      variables: variables as Record<string, unknown>,
      headers: actor === undefined ? {} : { "x-opsledger-actor": actor },
    });
  const run: TestOpsledger["run"] = async (document, variables, actor) => {
    const { data, errors } = await send(document, variables, actor);
    if (data == null || errors !== undefined) throw new Error(JSON.stringify(errors));
    return data;
  };
  const requireNone = (errors: readonly unknown[]) => {
    if (errors.length > 0) throw new Error(JSON.stringify(errors));
  };

  return {
    get opsledger() {
      return opsledger;
    },
    get db() {
      return db;
    },
    dataDir,
    counted: () => sent.splice(0),
    send,
    run,
    follow: (document, variables) =>
      subscribeWs(opsledger.http.webSocketUrl, {
        query: print(document),
        variables: variables as Record<string, unknown>,
      }),
    async declare(input = {}) {
      const { declareIncident } = await run(DeclareIncidentDocument, {
        input: { title: "Payments fail", severity: "P1", services: ["payment-service"], ...input },
      });
      requireNone(declareIncident.errors);
      if (declareIncident.incident == null) throw new Error("no incident in the answer");
      return declareIncident.incident;
    },
    async changeStatus(incidentId, to, more = {}) {
      const { changeIncidentStatus } = await run(ChangeStatusDocument, { input: { incidentId, to, ...more } });
      requireNone(changeIncidentStatus.errors);
    },
    async comment(incidentId, text, actor) {
      const { addIncidentComment } = await run(AddCommentDocument, { input: { incidentId, text } }, actor);
      requireNone(addIncidentComment.errors);
      if (addIncidentComment.comment == null) throw new Error("no comment in the answer");
      return addIncidentComment.comment;
    },
    async restart() {
      db.close();
      await opsledger.close();
      opsledger = await start();
      db = clientFor(opsledger);
    },
    async close() {
      db.close();
      await opsledger.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
