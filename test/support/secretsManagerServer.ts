/**
 * A server on loopback that speaks the protocol of AWS Secrets Manager (signed JSON 1.1, `GetSecretValue`), keeps its rules for names,
 * and fails as it is told to.
 */
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** What becomes of a request: served when undefined. */
export type SecretsManagerFault =
  /** As Secrets Manager refuses. */
  | { readonly kind: "error"; readonly status: number; readonly code: string; readonly message?: string }
  /** The connection is cut. */
  | { readonly kind: "drop" }
  /** Something else answers. */
  | { readonly kind: "http"; readonly status: number; readonly body: string }
  /** Never answered, until `release`. */
  | { readonly kind: "silence" };

export interface SecretsManagerServer {
  readonly url: string;
  /** Names that were asked for, in order, whatever was answered. */
  readonly asked: readonly string[];
  /** Everything in a request that AWS would not have sent or taken; must stay empty. */
  readonly violations: readonly string[];
  /** `undefined`: there is none any more. Bytes are a binary secret. */
  put(name: string, content: string | Uint8Array | undefined): void;
  fail(fault: SecretsManagerFault | undefined): void;
  /** Answers those that wait. */
  release(): void;
  close(): Promise<void>;
}

export async function startSecretsManagerServer(): Promise<SecretsManagerServer> {
  const secrets = new Map<string, string | Uint8Array>();
  const asked: string[] = [];
  const violations: string[] = [];
  const waiting: (() => void)[] = [];
  let fault: SecretsManagerFault | undefined;

  const answerSecret = (name: string, response: ServerResponse) => {
    const content = secrets.get(name);
    if (content === undefined) {
      const message = "Secrets Manager can't find the specified secret.";
      return answer(response, 400, { __type: "ResourceNotFoundException", Message: message });
    }
    const value =
      typeof content === "string"
        ? { SecretString: content }
        : { SecretBinary: Buffer.from(content).toString("base64") };
    const arn = `arn:aws:secretsmanager:eu-west-1:123456789012:secret:${name}-AbCdEf`;
    answer(response, 200, { ARN: arn, Name: name, VersionId: "0", VersionStages: ["AWSCURRENT"], ...value });
  };
  const serve = (name: string, response: ServerResponse) => {
    switch (fault?.kind) {
      case "error":
        return answer(response, fault.status, { __type: fault.code, message: fault.message ?? "as the test has it" });
      case "http":
        return void response.writeHead(fault.status, { "content-type": "text/html" }).end(fault.body);
      case "drop":
        return void response.destroy();
      case "silence":
        return void waiting.push(() => answerSecret(name, response));
      case undefined:
        return answerSecret(name, response);
    }
  };

  const server = createServer((request, response) => {
    void (async () => {
      const body = await text(request);
      const name = nameIn(body);
      asked.push(name);
      const problem = problemOf(request, name);
      if (problem !== undefined) {
        violations.push(problem);
        return answer(response, 400, { __type: "ValidationException", message: problem });
      }
      serve(name, response);
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // An address of a listening TCP server is never a pipe's name.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    violations,
    put: (name, content) => void (content === undefined ? secrets.delete(name) : secrets.set(name, content)),
    fail: (wanted) => void (fault = wanted),
    release: () => waiting.splice(0).forEach((go) => go()),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/x-amz-json-1.1" }).end(JSON.stringify(body));
}

/** Tests send what the SDK makes only. */
function nameIn(body: string): string {
  return (JSON.parse(body) as { SecretId: string }).SecretId;
}

function problemOf({ method, url, headers }: IncomingMessage, name: string): string | undefined {
  if (method !== "POST" || url !== "/") return `the request is ${method} ${url}`;
  if (headers["x-amz-target"] !== "secretsmanager.GetSecretValue")
    return `it asks for ${String(headers["x-amz-target"])}`;
  if (headers["content-type"] !== "application/x-amz-json-1.1") return `the content is ${headers["content-type"]}`;
  const signed = /^AWS4-HMAC-SHA256 Credential=[^/]+\/\d{8}\/[^/]+\/secretsmanager\//;
  if (!signed.test(headers.authorization ?? "")) return "the request is not signed";
  return /^[A-Za-z0-9/_+=.@-]{1,512}$/.test(name) ? undefined : `the name is ${name}`;
}
