/**
 * A server on loopback that speaks the protocol of Amazon SNS (AWS Query, `Publish`), keeps its rules for subjects, attributes
 * and FIFO topics, drops repeats as a FIFO topic does, and fails as it is told to.
 */
import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** A message as subscribers get it. */
export interface SnsMessage {
  readonly messageId: string;
  readonly topicArn: string;
  readonly subject: string;
  readonly message: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly groupId: string | undefined;
}

/** What becomes of a request: served when undefined. */
export type SnsFault =
  /** As SNS refuses. */
  | { readonly kind: "error"; readonly status: number; readonly code: string; readonly message?: string }
  | { readonly kind: "http"; readonly status: number; readonly body: string }
  /** The connection is cut before anything is taken. */
  | { readonly kind: "drop" }
  /** The message is taken, and the connection is cut before the answer. */
  | { readonly kind: "drop after" }
  /** The message is taken, and the connection is cut in the middle of the answer. */
  | { readonly kind: "half" }
  /** The message is taken, and the answer does not say which it is. */
  | { readonly kind: "nameless" }
  /** Never answered. */
  | { readonly kind: "silence" };

export interface SnsServer {
  readonly url: string;
  /** How many requests came, well-formed or not. */
  requests(): number;
  /** What subscribers got, in order. */
  readonly delivered: readonly SnsMessage[];
  /** Everything in a request that AWS would not have sent or taken; must stay empty. */
  readonly violations: readonly string[];
  /** Regions that requests were signed for. */
  readonly regions: ReadonlySet<string>;
  /** Asked for each request, numbered from 1. */
  fail(fault: ((request: number) => SnsFault | undefined) | undefined): void;
  close(): Promise<void>;
}

export const fifoTopic = "arn:aws:sns:eu-west-1:123456789012:operations.fifo";
export const standardTopic = "arn:aws:sns:eu-west-1:123456789012:operations";

const dedupeMilliseconds = 300_000;

/** `now`: milliseconds, by which a FIFO topic forgets. */
export async function startSnsServer({ now = Date.now }: { readonly now?: () => number } = {}): Promise<SnsServer> {
  const delivered: SnsMessage[] = [];
  const violations: string[] = [];
  const regions = new Set<string>();
  const known = new Map<string, { readonly messageId: string; readonly at: number }>();
  let requests = 0;
  let fault: Parameters<SnsServer["fail"]>[0];

  /** The id of the message; that of the first one where it is a repeat. */
  const take = (form: URLSearchParams): string => {
    const topicArn = form.get("TopicArn") ?? "";
    const dedupe = `${topicArn} ${form.get("MessageDeduplicationId") ?? randomUUID()}`;
    const before = known.get(dedupe);
    if (before !== undefined && now() - before.at < dedupeMilliseconds) return before.messageId;
    const messageId = randomUUID();
    known.set(dedupe, { messageId, at: now() });
    delivered.push({
      messageId,
      topicArn,
      subject: form.get("Subject") ?? "",
      message: form.get("Message") ?? "",
      attributes: Object.fromEntries(attributesOf(form).map(({ name, value }) => [name, value])),
      groupId: form.get("MessageGroupId") ?? undefined,
    });
    return messageId;
  };

  const serve = (form: URLSearchParams, response: ServerResponse) => {
    const wrong = fault?.(requests);
    switch (wrong?.kind) {
      case "error":
        return answer(response, wrong.status, errorXml(wrong.code, wrong.message ?? "as the test has it"));
      case "http":
        return answer(response, wrong.status, wrong.body);
      case "drop":
        return response.destroy();
      case "silence":
        return undefined;
      case "drop after":
      case "half":
      case "nameless":
      case undefined:
        break;
    }
    const problems = formProblems(form);
    if (problems.length > 0) {
      violations.push(...problems);
      return answer(response, 400, errorXml("InvalidParameter", problems.join("; ")));
    }
    const xml = resultXml(take(form));
    switch (wrong?.kind) {
      case "drop after":
        return response.destroy();
      case "half":
        response.writeHead(200, { "content-type": "text/xml", "content-length": xml.length });
        return response.write(xml.slice(0, 60), () => response.destroy());
      case "nameless":
        return answer(response, 200, xml.replace(/<MessageId>.*<\/MessageId>/, ""));
      case undefined:
        return answer(response, 200, xml);
    }
  };

  const server = createServer((request, response) => {
    void (async () => {
      const body = await text(request);
      requests += 1;
      const problem = protocolProblem(request);
      if (problem !== undefined) {
        violations.push(problem);
        return answer(response, 400, errorXml("InvalidAction", problem));
      }
      regions.add(/Credential=[^/]+\/\d{8}\/([^/]+)\/sns\//.exec(request.headers.authorization ?? "")?.[1] ?? "none");
      serve(new URLSearchParams(body), response);
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // An address of a listening TCP server is never a pipe's name.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests: () => requests,
    delivered,
    violations,
    regions,
    fail: (wanted) => void (fault = wanted),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function answer(response: ServerResponse, status: number, xml: string): void {
  response.writeHead(status, { "content-type": "text/xml" }).end(xml);
}

const namespace = 'xmlns="http://sns.amazonaws.com/doc/2010-03-31/"';

function resultXml(messageId: string): string {
  return `<PublishResponse ${namespace}><PublishResult><MessageId>${messageId}</MessageId></PublishResult><ResponseMetadata><RequestId>${randomUUID()}</RequestId></ResponseMetadata></PublishResponse>`;
}

function errorXml(code: string, message: string): string {
  return `<ErrorResponse ${namespace}><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>${randomUUID()}</RequestId></ErrorResponse>`;
}

function protocolProblem({ method, url, headers }: IncomingMessage): string | undefined {
  if (method !== "POST" || url !== "/") return `the request is ${method} ${url}`;
  if (headers["content-type"] !== "application/x-www-form-urlencoded")
    return `the content is ${headers["content-type"]}`;
  return headers.authorization?.startsWith("AWS4-HMAC-SHA256 ") ? undefined : "the request is not signed";
}

interface Attribute {
  readonly name: string;
  readonly type: string;
  readonly value: string;
}

function attributesOf(form: URLSearchParams): Attribute[] {
  const numbers = [...form.keys()].flatMap((key) => /^MessageAttributes\.entry\.(\d+)\.Name$/.exec(key)?.[1] ?? []);
  return numbers.map((number) => {
    const partOf = (part: string) => form.get(`MessageAttributes.entry.${number}.${part}`) ?? "";
    return { name: partOf("Name"), type: partOf("Value.DataType"), value: partOf("Value.StringValue") };
  });
}

/** What SNS would refuse: https://docs.aws.amazon.com/sns/latest/api/API_Publish.html */
function formProblems(form: URLSearchParams): string[] {
  if (form.get("Action") !== "Publish" || form.get("Version") !== "2010-03-31") return ["no Publish of 2010-03-31"];
  const topicArn = form.get("TopicArn") ?? "";
  const subject = form.get("Subject") ?? "";
  const bytes = Buffer.byteLength(form.get("Message") ?? "");
  return [
    ...(topicArn.startsWith("arn:aws:sns:") ? [] : [`the topic is ${topicArn}`]),
    ...(/^[A-Za-z0-9!-/][\x20-\x7e]{0,99}$/.test(subject) ? [] : [`the subject is ${JSON.stringify(subject)}`]),
    ...(bytes > 0 && bytes <= 262_144 ? [] : [`the message has ${bytes} bytes`]),
    ...attributesOf(form).flatMap(attributeProblems),
    ...fifoProblems(form, topicArn.endsWith(".fifo")),
  ];
}

function attributeProblems({ name, type, value }: Attribute): string[] {
  const isName = /^[A-Za-z0-9_.-]{1,256}$/.test(name) && !/^(aws|amazon)\./i.test(name);
  return isName && type === "String" && value !== "" ? [] : [`the attribute ${name} of type ${type} is ${value}`];
}

function fifoProblems(form: URLSearchParams, isFifo: boolean): string[] {
  return ["MessageGroupId", "MessageDeduplicationId"].flatMap((name) => {
    const value = form.get(name);
    if (value === null) return isFifo ? [`${name} is missing`] : [];
    if (!isFifo) return [`${name} is for FIFO topics`];
    return /^[\x21-\x7e]{1,128}$/.test(value) ? [] : [`${name} is ${value}`];
  });
}
