/** The services of a server, and the one that the guide adds. */
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { createServiceRegistry, defaultServices } from "../../../src/adapters/services/registry.js";
import { ServiceType, limits } from "../../../src/domain/integrations/index.js";
import { integrationServiceConformance } from "../../conformance/integrationServiceContract.js";
import { startFeedSubject } from "../../support/feedSubject.js";
import { createTickets } from "./ticketsService.js";

describe("the services of a server", () => {
  const services = createServiceRegistry(defaultServices({ allowedHosts: [] }));

  it("are those of the seed, and any that answers with JSON", () => {
    expect(services.all.map(({ type, mode }) => `${type} ${mode}`)).toEqual([
      "gmail POLL",
      "slack POLL",
      "whatsapp PUSH",
      "http POLL",
    ]);
    for (const service of services.all) expect(services.get(service.type)).toBe(service);
    expect(services.get("fax")).toBeUndefined();
    expect(services.get("constructor")).toBeUndefined();
  });

  it("are within the limits of sessions, and show what their state is", () => {
    for (const { type, mode, state, leastIntervalMs, defaultIntervalMs, concurrency } of services.all) {
      expect(ServiceType.safeParse(type).success).toBe(true);
      expect(concurrency).toBeGreaterThan(0);
      expect(defaultIntervalMs).toBeGreaterThanOrEqual(leastIntervalMs);
      if (mode === "POLL") expect(leastIntervalMs).toBeGreaterThanOrEqual(limits.leastIntervalMs);
      expect(z.toJSONSchema(state, { io: "input" })).toMatchObject({ type: "object" });
    }
  });

  it("take the seed's own examples of service states", () => {
    const examples = {
      gmail: { lastHistoryId: "123456789", emailAddress: "user@company.com" },
      whatsapp: { lastMessageId: "wamid.ABC123", phoneNumber: "+1234567890", businessAccountId: "123456789012345" },
      slack: { lastEventTs: "1642249800.123456", teamId: "T1234567", channelIds: ["C1234567", "C7654321"] },
    };
    for (const [type, state] of Object.entries(examples)) {
      expect(services.get(type)?.state.safeParse(state)).toMatchObject({ success: true, data: state });
    }
  });

  it("have names of their own", () => {
    const twice = [...services.all, ...services.all];
    expect(() => createServiceRegistry(twice)).toThrow("two services have the same type");
  });

  it("let go of their connections once", async () => {
    await services.close();
  });
});

// #region conformance
integrationServiceConformance("The guide's service", {
  start: ({ timeoutMilliseconds }) =>
    startFeedSubject({
      ...{ pageSize: 3, many: 8, credential: { token: "token-of-somebody" } },
      connect: (feed) => ({
        service: createTickets({ apiUrl: feed.url, timeoutMilliseconds }),
        state: { desk: "support" },
        idPrefix: "tickets:",
      }),
    }),
});
// #endregion
