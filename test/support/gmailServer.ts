/**
 * A server on loopback that speaks the part of Gmail's API that we use, and Google's place for tokens: a mailbox with its
 * history, pages, drafts, messages that go away, tokens that end, a history that is forgotten.
 */
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { createServiceFaults } from "./serviceFaults.js";
import type { ServiceFaults } from "./serviceFaults.js";

export interface Mail {
  readonly id: string;
  readonly historyId: bigint;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly labelIds: readonly string[];
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  readonly snippet: string;
}

export interface GmailServer extends Pick<ServiceFaults, "fail" | "requests" | "endlessBytes" | "silent"> {
  readonly apiUrl: string;
  readonly tokenUrl: string;
  readonly credential: { readonly clientId: string; readonly clientSecret: string; readonly refreshToken: string };
  /** One that is good without asking for it. */
  readonly accessToken: string;
  readonly emailAddress: string;
  /** Paths and queries, in the order in which they came. */
  readonly calls: readonly URL[];
  /** Tokens that were asked for. */
  tokenRequests(): number;
  /** What Gmail would not have been sent; must stay empty. */
  readonly violations: readonly string[];
  /** The history id of the mailbox. */
  historyId(): bigint;
  receive(mail?: Partial<Omit<Mail, "id" | "historyId">>): Mail;
  /** Something changes that is no message: a label. */
  touch(): void;
  remove(id: string): void;
  /** What was until now is not in the history any more. */
  forget(): void;
  /** Access tokens that were given are not good any more. */
  endTokens(): void;
  /** The user has taken the permission back. */
  revoke(): void;
  /** Answers to requests whose path ends so, as they are given here. */
  answer(
    path: string,
    reply: { readonly status: number; readonly body: unknown; readonly headers?: Headers_ } | undefined,
  ): void;
  close(): Promise<void>;
}
type Headers_ = Readonly<Record<string, string>>;

/** Greater than a double can tell apart from its neighbours. */
const firstHistoryId = 9_007_199_254_740_993n;
const startAt = 1_767_225_600_000;

export async function startGmailServer(): Promise<GmailServer> {
  const faults = createServiceFaults();
  const credential = { clientId: "client-1", clientSecret: "client-secret-1", refreshToken: "refresh-token-1" };
  const accessToken = "access-token-given";
  const emailAddress = "user@company.com";
  const mails: Mail[] = [];
  const records: { readonly id: bigint; readonly mail: Mail }[] = [];
  const removed = new Set<string>();
  const calls: URL[] = [];
  const violations: string[] = [];
  const answers = new Map<string, Parameters<GmailServer["answer"]>[1]>();
  let historyId = firstHistoryId;
  let forgottenTo = firstHistoryId - 1n;
  let tokens = new Set([accessToken]);
  let tokenRequests = 0;
  let isRevoked = false;

  const served: Readonly<Record<string, (query: URLSearchParams) => unknown>> = {
    profile: () => ({ emailAddress, messagesTotal: mails.length, historyId: String(historyId) }),

    history(query) {
      const since = BigInt(query.get("startHistoryId") ?? "0");
      if (query.get("historyTypes") !== "messageAdded") violations.push("other kinds of history are asked for");
      if (since <= forgottenTo) throw refusal(404, "notFound");
      // As at the worst: what comes while pages are read is in none of them, and the answer's id is behind it.
      const [from = 0, end = records.length] = tokenOf(query);
      const found = records.slice(0, end).filter(({ id }) => id > since);
      const size = Number(query.get("maxResults") ?? 100);
      const page = found.slice(from, from + size);
      return {
        ...(page.length === 0
          ? {}
          : {
              history: page.map(({ id, mail }) => {
                const message = { id: mail.id, threadId: mail.id, labelIds: mail.labelIds };
                return { id: String(id), messages: [message], messagesAdded: [{ message }] };
              }),
            }),
        ...(from + size < found.length ? { nextPageToken: `${from + size}-${end}` } : {}),
        historyId: String(historyId),
      };
    },

    messages(query) {
      const [, after = "0"] = /^after:(\d+)$/.exec(query.get("q") ?? "") ?? [];
      if (query.get("includeSpamTrash") !== "true") violations.push("spam is left out");
      const newestFirst = mails.filter(({ id, at }) => !removed.has(id) && at > Number(after) * 1_000).reverse();
      const [from = 0] = tokenOf(query);
      const size = Math.min(Number(query.get("maxResults") ?? 100), 500);
      const page = newestFirst.slice(from, from + size);
      return {
        ...(page.length === 0 ? {} : { messages: page.map(({ id }) => ({ id, threadId: id })) }),
        ...(from + size < newestFirst.length ? { nextPageToken: `${from + size}-0` } : {}),
        resultSizeEstimate: newestFirst.length,
      };
    },
  };

  const message = (id: string, query: URLSearchParams) => {
    const mail = mails.find((one) => one.id === id);
    if (mail === undefined || removed.has(id)) throw refusal(404, "notFound");
    if (query.get("format") !== "metadata") violations.push("the bodies of messages are asked for");
    const { from, to, subject, labelIds, snippet, at } = mail;
    const headers = Object.entries({ From: from, To: to, Subject: subject }).map(([name, value]) => ({ name, value }));
    const { historyId: of } = mail;
    return { id, threadId: id, labelIds, snippet, historyId: `${of}`, internalDate: `${at}`, payload: { headers } };
  };

  const giveToken = async (request: IncomingMessage, response: ServerResponse) => {
    tokenRequests += 1;
    const form = new URLSearchParams(await text(request));
    const wanted = { ...credential, grantType: "refresh_token" };
    if (form.get("client_secret") !== wanted.clientSecret || form.get("client_id") !== wanted.clientId) {
      return json(response, 401, { error: "invalid_client", error_description: "The OAuth client was not found." });
    }
    if (isRevoked || form.get("refresh_token") !== wanted.refreshToken || form.get("grant_type") !== wanted.grantType) {
      return json(response, 400, { error: "invalid_grant", error_description: "Token has been expired or revoked." });
    }
    const token = `access-token-${tokenRequests}`;
    tokens.add(token);
    return json(response, 200, { access_token: token, expires_in: 3_599, token_type: "Bearer", scope: "gmail" });
  };

  const serve = (url: URL) => {
    const [, rest = ""] = /^\/gmail\/v1\/users\/me\/(.+)$/.exec(url.pathname) ?? [];
    const [, id] = /^messages\/([^/]+)$/.exec(rest) ?? [];
    const run = served[rest];
    if (id !== undefined) return message(id, url.searchParams);
    if (run === undefined) throw refusal(404, "notFound");
    return run(url.searchParams);
  };

  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? "/", "http://127.0.0.1");
    const [, given] = [...answers].find(([path]) => url.pathname.endsWith(path)) ?? [];
    if (given !== undefined) return json(response, given.status, given.body, given.headers);
    if (url.pathname === "/token") return giveToken(request, response);
    calls.push(url);
    if (faults.meet(response, protocol)) return;
    if (request.method !== "GET") violations.push(`the method is ${request.method}`);
    if (!tokens.has((request.headers.authorization ?? "").replace(/^Bearer /, ""))) return protocol.auth(response);
    try {
      json(response, 200, serve(url));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      refuse(response, error.status, error.message);
    }
  };

  const server = createServer((request, response) => void handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // An address of a listening TCP server is never a pipe's name.
  const { port } = server.address() as AddressInfo;
  const apiUrl = `http://127.0.0.1:${port}/`;

  return {
    ...faults,
    ...{ apiUrl, tokenUrl: `${apiUrl}token`, credential, accessToken, emailAddress, calls, violations },
    tokenRequests: () => tokenRequests,
    historyId: () => historyId,
    receive(given = {}) {
      // Ids rise with gaps.
      historyId += 7n;
      const id = `18c0${historyId.toString(16)}`;
      const mail: Mail = {
        ...{ id, historyId, at: startAt + mails.length * 1_000, labelIds: ["INBOX", "UNREAD"] },
        ...{ from: "Ann <ann@example.com>", to: emailAddress, subject: `Mail ${mails.length + 1}`, snippet: "Hello" },
        ...given,
      };
      mails.push(mail);
      records.push({ id: historyId, mail });
      return mail;
    },
    touch: () => void (historyId += 5n),
    remove: (id) => void removed.add(id),
    forget: () => void (forgottenTo = historyId),
    endTokens: () => void (tokens = new Set()),
    revoke() {
      isRevoked = true;
      tokens = new Set();
    },
    answer: (path, reply) => void (reply === undefined ? answers.delete(path) : answers.set(path, reply)),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

class Refusal extends Error {
  constructor(
    readonly status: number,
    reason: string,
  ) {
    super(reason);
  }
}

function refusal(status: number, reason: string): Refusal {
  return new Refusal(status, reason);
}

const protocol = {
  auth: (response: ServerResponse) => refuse(response, 401, "authError"),
  rateLimit: (response: ServerResponse, seconds: number) =>
    refuse(response, 429, "rateLimitExceeded", { "retry-after": String(seconds) }),
};

/** As Google refuses. */
export function googleError(status: number, reason: string) {
  const message = "Refused, and here is content that nobody should log";
  return { error: { code: status, message, errors: [{ message, domain: "global", reason }] } };
}

function refuse(response: ServerResponse, status: number, reason: string, headers: Headers_ = {}): void {
  json(response, status, googleError(status, reason), headers);
}

function json(response: ServerResponse, status: number, body: unknown, headers: Headers_ = {}): void {
  response
    .writeHead(status, { "content-type": "application/json; charset=UTF-8", ...headers })
    .end(JSON.stringify(body));
}

/** Where the page begins, and what was there when the first was asked for. */
function tokenOf(query: URLSearchParams): readonly number[] {
  const token = query.get("pageToken");
  return token === null ? [] : token.split("-").map(Number);
}
