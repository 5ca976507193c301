/** The playground in a real browser that reaches no other machine: declare, follow, and see a second person's change. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { playgroundTabs } from "../../src/server/playgroundTabs.js";
import { ChangeStatusDocument } from "../generated/operations.js";
import { until } from "../support/graphql/client.js";
import { chromiumPath, skipsBrowser } from "../support/browser.js";
import { startTestOpsledger } from "../support/opsledger.js";
import type { TestOpsledger } from "../support/opsledger.js";
import { startAuthServer, tokenFor } from "../server/auth/support/world.js";
import type { AuthServer } from "../server/auth/support/world.js";

/** Set to a path to keep a picture of the followed timeline: how docs/images/playground.png is made. */
const screenshotPath = process.env["PLAYGROUND_SCREENSHOT"];

interface PlaygroundPage {
  readonly page: Page;
  readonly consoleErrors: readonly string[];
  /** Every address that the page asked. */
  readonly requested: readonly string[];
  readonly variables: () => Locator;
  readonly result: () => Locator;
  /** Opens the tab of an operation. */
  readonly open: (title: string) => Promise<void>;
  readonly run: () => Promise<void>;
  /** Runs a subscription, and resolves when it runs. */
  readonly follow: () => Promise<void>;
  readonly textOf: (lines: Locator) => Promise<string>;
  readonly shows: (lines: () => Locator, text: string) => Promise<void>;
  readonly close: () => Promise<void>;
}

async function openPlayground(url: string): Promise<PlaygroundPage> {
  const profile = await mkdtemp(join(tmpdir(), "opsledger-browser-"));
  const browser = await chromium.launchPersistentContext(profile, {
    executablePath: chromiumPath,
    headless: true,
    viewport: { width: 1400, height: 900 },
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    ],
  });
  const page = browser.pages()[0] ?? (await browser.newPage());
  const consoleErrors: string[] = [];
  const requested: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") consoleErrors.push(message.text());
  });
  page.on("pageerror", (error) => consoleErrors.push(String(error)));
  browser.on("request", (request) => requested.push(request.url()));
  page.on("websocket", (socket) => requested.push(socket.url()));
  await page.goto(url);
  const run = () => page.getByRole("button", { name: "Execute query" }).click();
  /** Monaco writes no-break spaces. */
  const textOf = async (lines: Locator) => (await lines.innerText()).replaceAll("\u00a0", " ");
  return {
    page,
    consoleErrors,
    requested,
    variables: () => page.locator(".graphiql-editor-tool .view-lines").first(),
    result: () => page.locator(".graphiql-response .view-lines"),
    /** While the tabs still slide into place, the page takes a click for the beginning of a drag; a person clicks again. */
    open: (title) =>
      until(async () => {
        const tab = page.getByRole("tab").filter({ has: page.locator(`button[title="${title}"]`) });
        await tab.click();
        return (await tab.getAttribute("aria-selected")) === "true";
      }),
    run,
    /** Behind a change of tabs the page takes a moment to see what the operation is called; a person clicks again. */
    follow: () =>
      until(async () => {
        await run();
        const stop = page.getByRole("button", { name: "Stop" });
        return stop.waitFor({ timeout: 1_000 }).then(
          () => true,
          () => false,
        );
      }, 15_000),
    textOf,
    shows: (lines, text) => until(async () => (await textOf(lines())).includes(text), 15_000),
    close: async () => {
      await browser.close();
      await rm(profile, { recursive: true, force: true });
    },
  };
}

describe.skipIf(skipsBrowser)("the playground", () => {
  let test: TestOpsledger;
  let opened: PlaygroundPage;

  beforeAll(async () => {
    test = await startTestOpsledger();
    opened = await openPlayground(test.opsledger.http.url);
  }, 120_000);
  afterAll(async () => {
    await opened.close();
    await test.close();
  });

  it("opens with the example operations in its tabs, ready to run", async () => {
    const { page, variables, shows } = opened;
    await shows(variables, "Checkout answers with 502");
    expect(await page.getByRole("tab").allInnerTexts()).toEqual([
      "DeclareIncident",
      "FollowTimeline",
      "ChangeStatus",
      "Board",
      "Incident",
      "Comment",
      "FollowIncidents",
      "TimeTravel",
      "Events",
      "IngestProjectEvent",
      "Project",
      "RecordActivities",
      "Entities",
      "FollowInsights",
      "BacktestInsightRule",
      "CreateInsightRule",
      "Insights",
      "SubmitRequest",
      "Requests",
      "ClaimRequests",
      "ConnectIntegration",
      "Integrations",
    ]);
  });

  it("declares an incident", async () => {
    const { run, result, shows } = opened;
    await run();
    await shows(result, '"reference": "INC-1"');
  });

  it("follows its timeline, and shows what a second person does", async () => {
    const { page, variables, result, open, follow, shows, textOf } = opened;
    await open("FollowTimeline");
    await shows(variables, "INC-1");
    await follow();
    // From when on it follows, only its messages tell.
    let comments = 0;
    await until(async () => {
      await test.comment("INC-1", `Is anybody there? ${(comments += 1)}`, "ben");
      return (await textOf(result())).includes("Commented");
    }, 15_000);
    await test.run(
      ChangeStatusDocument,
      { input: { incidentId: "INC-1", to: "ACKNOWLEDGED", reason: "Rolling back the 10:25 release" } },
      "ben",
    );
    await shows(result, "Status changed from OPEN to ACKNOWLEDGED");
    if (screenshotPath !== undefined) await page.screenshot({ path: screenshotPath });
  });

  it("keeps its tabs over a reload", async () => {
    const { page, variables, shows } = opened;
    await page.reload();
    await shows(variables, "INC-1");
    expect(await page.getByRole("tab").count()).toBe(playgroundTabs.length);
  });

  it("logs no error and speaks to this server only", () => {
    const { consoleErrors, requested } = opened;
    expect(consoleErrors).toEqual([]);
    const hosts = requested.map((url) => new URL(url.replace(/^blob:/, "")).host);
    expect(new Set(hosts)).toEqual(new Set([new URL(test.opsledger.http.url).host]));
    expect(requested).toContain(test.opsledger.http.webSocketUrl);
  });
});

describe.skipIf(skipsBrowser)("the playground of a server that asks for tokens", () => {
  let server: AuthServer;
  let opened: PlaygroundPage;

  beforeAll(async () => {
    server = await startAuthServer();
    opened = await openPlayground(server.opsledger.http.url);
  }, 120_000);
  afterAll(async () => {
    await opened.close();
    await server.close();
  });

  /** Puts a token in place of what the headers tab shows. */
  const giveToken = async (token: string) => {
    const { page } = opened;
    await page.getByRole("button", { name: "Headers", exact: true }).click();
    await page.locator(".graphiql-editor-tool .graphiql-editor:not(.hidden) .view-lines").last().click();
    await page.keyboard.press("Control+A");
    await page.keyboard.insertText(JSON.stringify({ authorization: `Bearer ${token}` }));
    // The editor closes brackets and quotes by itself.
    await page.keyboard.press("Control+Shift+End");
    await page.keyboard.press("Delete");
  };

  it("shows what is missing, and goes on with the token in the headers tab", async () => {
    const { run, result, shows } = opened;
    await run();
    await shows(result, "UNAUTHENTICATED");
    await giveToken(await tokenFor(["RESPONDER"], "*"));
    await run();
    await shows(result, '"reference": "INC-1"');
  });

  it("follows over SSE with that token, and shows what a second person does", async () => {
    const { open, follow, result, shows, textOf, requested } = opened;
    await open("FollowTimeline");
    await giveToken(await tokenFor(["VIEWER"], "*"));
    await follow();
    const ben = await tokenFor(["RESPONDER"], "*", "ben");
    await until(async () => {
      await server.ask(
        ben,
        'mutation { addIncidentComment(input: { incidentId: "INC-1", text: "Here" }) { errors { code } } }',
      );
      return (await textOf(result())).includes("Commented");
    }, 15_000);
    await shows(result, "Commented");
    expect(requested.filter((url) => url.startsWith("ws"))).toEqual([]);
  });
});
