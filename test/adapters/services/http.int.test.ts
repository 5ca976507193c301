/** The generic HTTP/JSON service against a feed on loopback, in each of its ways: as every service that is polled. */
import type { JsonObject } from "../../../src/domain/kernel/json.js";
import { createHash } from "node:crypto";
import { createHttpService } from "../../../src/adapters/services/http.js";
import { integrationServiceConformance } from "../../conformance/integrationServiceContract.js";
import { startFeedSubject } from "../../support/feedSubject.js";

const ways: Readonly<
  Record<
    string,
    { readonly path: string; readonly state: JsonObject; readonly pageSize: number; readonly many: number }
  >
> = {
  "times of items, each asked for again": {
    path: "/inclusive",
    state: { itemsPath: "/items", cursorFromItem: "/at", cursorParam: "since" },
    ...{ pageSize: 4, many: 8 },
  },
  "next pages, and a cursor that counts at their end": {
    path: "/paged",
    state: {
      ...{ itemsPath: "/data/records", cursorPath: "/latest", cursorParam: "since" },
      ...{ nextPath: "/next", nextParam: "page" },
    },
    ...{ pageSize: 3, many: 8 },
  },
  "addresses of next pages": {
    path: "/linked",
    state: {
      ...{ itemsPath: "/items", cursorFromItem: "/id", cursorParam: "since" },
      nextPath: "/next",
    },
    ...{ pageSize: 3, many: 8 },
  },
  "the newest first": {
    path: "/newest",
    state: {
      ...{ itemsPath: "/items", cursorFromItem: "/id", cursorParam: "since", newestFirst: true },
      ...{ nextPath: "/next", nextParam: "page" },
    },
    ...{ pageSize: 60, many: 250 },
  },
  "no cursor": { path: "/all", state: { itemsPath: "" }, pageSize: 1_000, many: 250 },
};

for (const [name, { path, state, ...sizes }] of Object.entries(ways)) {
  integrationServiceConformance(`HTTP/JSON with ${name}`, {
    start: ({ timeoutMilliseconds }) =>
      startFeedSubject({
        ...sizes,
        credential: { bearerToken: "token-of-somebody" },
        connect: (feed) => {
          const url = `${feed.url}${path}`;
          return {
            service: createHttpService({ allowedHosts: [feed.host], timeoutMilliseconds }),
            state: { url, idPath: "/id", timePath: "/at", ...state },
            idPrefix: `http:${createHash("sha256").update(url).digest("hex").slice(0, 16)}:`,
          };
        },
      }),
    mostBytes: 20_000_000,
  });
}
