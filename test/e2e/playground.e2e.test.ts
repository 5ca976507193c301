/** The playground in a real browser that reaches no other machine: declare, follow, and see a second person's change. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import type { BrowserContext, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { playgroundTabs } from "../../src/server/playgroundTabs.js";
import { ChangeStatusDocument } from "../generated/operations.js";
import { until } from "../support/graphql/client.js";
import { chromiumPath, skipsBrowser } from "../support/browser.js";
import { startTestOpsledger } from "../support/opsledger.js";
import type { TestOpsledger } from "../support/opsledger.js";

/** Set to a path to keep a picture of the followed timeline: how docs/images/playground.png is made. */
const screenshotPath = process.env["PLAYGROUND_SCREENSHOT"];

describe.skipIf(skipsBrowser)("the playground", () => {
  let test: TestOpsledger;
  let profile: string;
  let browser: BrowserContext;
  let page: Page;
  const consoleErrors: string[] = [];
  const requested: string[] = [];

  beforeAll(async () => {
    test = await startTestOpsledger();
    profile = await mkdtemp(join(tmpdir(), "opsledger-browser-"));
    browser = await chromium.launchPersistentContext(profile, {
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
    page = browser.pages()[0] ?? (await browser.newPage());
    page.on("console", (message) => {
      if (message.type() === "error") consoleErrors.push(message.text());
    });
    page.on("pageerror", (error) => consoleErrors.push(String(error)));
    browser.on("request", (request) => requested.push(request.url()));
    page.on("websocket", (socket) => requested.push(socket.url()));
    await page.goto(test.opsledger.http.url);
  }, 120_000);
  afterAll(async () => {
    await browser.close();
    await rm(profile, { recursive: true, force: true });
    await test.close();
  });

  const variables = () => page.locator(".graphiql-editor-tool .view-lines").first();
  const result = () => page.locator(".graphiql-response .view-lines");
  /** While the tabs still slide into place, the page takes a click for the beginning of a drag; a person clicks again. */
  const open = (title: string) =>
    until(async () => {
      const tab = page.getByRole("tab").filter({ has: page.locator(`button[title="${title}"]`) });
      await tab.click();
      return (await tab.getAttribute("aria-selected")) === "true";
    });
  const run = () => page.getByRole("button", { name: "Execute query" }).click();
  /** Behind a change of tabs the page takes a moment to see what the operation is called; a person clicks again. */
  const follow = () =>
    until(async () => {
      await run();
      const stop = page.getByRole("button", { name: "Stop" });
      return stop.waitFor({ timeout: 1_000 }).then(
        () => true,
        () => false,
      );
    }, 15_000);
  /** Monaco writes no-break spaces. */
  const textOf = async (lines: Locator) => (await lines.innerText()).replaceAll("\u00a0", " ");
  const shows = (lines: () => Locator, text: string) =>
    until(async () => (await textOf(lines())).includes(text), 15_000);

  it("opens with the example operations in its tabs, ready to run", async () => {
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
    ]);
  });

  it("declares an incident", async () => {
    await run();
    await shows(result, '"reference": "INC-1"');
  });

  it("follows its timeline, and shows what a second person does", async () => {
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
    await page.reload();
    await shows(variables, "INC-1");
    expect(await page.getByRole("tab").count()).toBe(playgroundTabs.length);
  });

  it("logs no error and speaks to this server only", () => {
    expect(consoleErrors).toEqual([]);
    const hosts = requested.map((url) => new URL(url.replace(/^blob:/, "")).host);
    expect(new Set(hosts)).toEqual(new Set([new URL(test.opsledger.http.url).host]));
    expect(requested).toContain(test.opsledger.http.webSocketUrl);
  });
});
