/** Answers to people who pressed a button: sent to Slack, and nowhere else. */
import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ForeignAddressError, createResponder } from "../../../src/adapters/slack/responseUrl.js";

let server: Server;
let origin: string;
let answers: unknown[];
let status: number;

beforeEach(async () => {
  [answers, status] = [[], 200];
  server = createServer((request, response) => {
    void (async () => {
      answers.push(JSON.parse(await text(request)));
      if (status === 302) response.setHeader("location", "http://127.0.0.1:1/");
      response.writeHead(status).end("ok");
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // An address of a listening TCP server is never a pipe's name.
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

describe("an answer", () => {
  it("is shown to the person only", async () => {
    await createResponder({ origin })(`${origin}/actions/T1/2/x`, "On its way");
    expect(answers).toEqual([{ response_type: "ephemeral", replace_original: false, text: "On its way" }]);
  });

  it.each([
    "https://hooks.slack.com.evil.example/actions/x",
    "https://evil.example/hooks.slack.com",
    "http://hooks.slack.com/actions/x",
    "https://hooks.slack.com:8443/actions/x",
    "https://user@hooks.slack.com/actions/x",
    "https://hooks.slack.com@169.254.169.254/latest",
    "http://127.0.0.1:4000/graphql",
    "file:///etc/passwd",
    "nonsense",
  ])("is never sent to %s", async (address) => {
    await expect(createResponder()(address, "x")).rejects.toThrow(ForeignAddressError);
  });

  it("follows nobody elsewhere", async () => {
    status = 302;
    await expect(createResponder({ origin })(`${origin}/x`, "x")).rejects.toThrow();
  });

  it("says where Slack did not take it", async () => {
    status = 404;
    await expect(createResponder({ origin })(`${origin}/x`, "x")).rejects.toThrow("Slack answers 404");
  });
});
