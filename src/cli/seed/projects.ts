/** Example projects: that of seed 000 first, then a second one whose week was less quiet. */
import type { ProjectEventInput, SetProjectSettingsInput } from "../generated/operations.js";

export interface SeedProject {
  /** Names the project in idempotency keys: never change it. */
  readonly key: string;
  readonly settings: Omit<SetProjectSettingsInput, "idempotencyKey" | "expectedVersion">;
  /** Events of this repository find the project by themselves. */
  readonly repository: string;
  readonly events: readonly (ProjectEventInput & { readonly deliveryId: string })[];
}

/** A GitHub event as a webhook would have brought it. */
function onGithub(
  repository: string,
  [deliveryId, kind, title, login, number]: readonly [string, ProjectEventInput["kind"], string, string, number?],
  more: Partial<Omit<ProjectEventInput, "deliveryId">> = {},
): SeedProject["events"][number] {
  const page = `https://github.com/${repository}${number === undefined ? "" : `/pull/${number}`}`;
  return {
    deliveryId,
    source: "GITHUB",
    kind,
    title,
    url: page,
    actor: { id: login },
    refs: [
      { type: "REPOSITORY", id: repository, url: `https://github.com/${repository}` },
      ...(number === undefined ? [] : [{ type: "PULL_REQUEST" as const, id: `${repository}#${number}`, url: page }]),
    ],
    ...(number === undefined ? {} : { subject: `github:${repository}#${number}` }),
    ...more,
  };
}

/** A card's way over a Trello board. */
function onTrello(
  board: string,
  [deliveryId, kind, title, login, card]: readonly [string, ProjectEventInput["kind"], string, string, string],
  more: Partial<Omit<ProjectEventInput, "deliveryId">> = {},
): SeedProject["events"][number] {
  return {
    deliveryId,
    source: "TRELLO",
    kind,
    title,
    url: `https://trello.com/c/${card}`,
    actor: { id: login },
    refs: [
      { type: "BOARD", id: board },
      { type: "CARD", id: card, url: `https://trello.com/c/${card}` },
    ],
    subject: `trello:${card}`,
    ...more,
  };
}

const inventory = "redline-wholesale/inventory-api";
const storefront = "atlas/storefront";

/** Seed 000: the project of its queries, and its example event. */
const redline: SeedProject = {
  key: "seed-000-redline-wholesale",
  repository: inventory,
  settings: {
    project: "redline-wholesale",
    policy: { maxCount: 10, maxAgeSeconds: 3_600 },
    notifications: "CRITICAL",
  },
  events: [
    onGithub(
      inventory,
      ["gh_pr_123456", "PULL_REQUEST_OPENED", "Opened #42: Add inventory tracking feature", "developer1", 42],
      {
        eventData: {
          repository: inventory,
          pull_request: { number: 42, title: "Add inventory tracking feature", user: { login: "developer1" } },
        },
      },
    ),
    onGithub(inventory, [
      "gh_rev_9001",
      "REVIEW_CHANGES_REQUESTED",
      "Changes requested on #42: no index for the stock query",
      "developer2",
      42,
    ]),
    onGithub(inventory, ["gh_push_7001", "PUSH", "2 commits to #42: index the stock query", "developer1", 42]),
    onGithub(inventory, ["gh_rev_9002", "REVIEW_APPROVED", "Approved #42", "developer2", 42]),
    onGithub(inventory, [
      "gh_pr_123457",
      "PULL_REQUEST_MERGED",
      "Merged #42: Add inventory tracking feature",
      "developer1",
      42,
    ]),
    onTrello("inventory", ["tr_5001", "CARD_COMPLETED", "Inventory tracking moved to Done", "pm1", "Xk2mPq9a"]),
    onTrello("inventory", ["tr_5002", "CARD_CREATED", "New card: Low stock warnings", "pm1", "Lr7wQe1b"]),
    onGithub(inventory, ["gh_chk_3001", "CHECK_FAILED", "Check `integration` failed on main", "developer1"], {
      importance: "CRITICAL",
      subject: `github:${inventory}:integration`,
    }),
    onGithub(inventory, ["gh_chk_3002", "CHECK_SUCCEEDED", "Check `integration` passed on main", "developer1"], {
      subject: `github:${inventory}:integration`,
    }),
    onGithub(inventory, ["gh_rel_2001", "RELEASE_PUBLISHED", "Released 1.8.0", "developer2"]),
    onTrello(
      "inventory",
      ["tr_5003", "CARD_UPDATED", "Low stock warnings is blocked: who gets the mail?", "developer2", "Lr7wQe1b"],
      {
        labels: ["blocked"],
      },
    ),
  ],
};

const atlas: SeedProject = {
  key: "seed-atlas",
  repository: storefront,
  settings: { project: "atlas", policy: { maxCount: 5, maxAgeSeconds: 1_800, gapSeconds: 300 }, notifications: "NONE" },
  events: [
    onGithub(storefront, [
      "gh_iss_801",
      "ISSUE_OPENED",
      "Opened #310: Checkout button jumps on small screens",
      "dana",
      310,
    ]),
    onGithub(storefront, ["gh_pr_811", "PULL_REQUEST_OPENED", "Opened #311: Keep the button where it is", "eli", 311]),
    onGithub(storefront, ["gh_dep_821", "DEPLOYMENT_FAILED", "Deployment to staging failed: image not found", "eli"]),
    onGithub(storefront, ["gh_pr_812", "PULL_REQUEST_MERGED", "Merged #311: Keep the button where it is", "dana", 311]),
    onGithub(storefront, ["gh_dep_822", "DEPLOYMENT_SUCCEEDED", "Deployed to staging", "eli"]),
    onGithub(storefront, [
      "gh_iss_802",
      "ISSUE_CLOSED",
      "Closed #310: Checkout button jumps on small screens",
      "dana",
      310,
    ]),
  ],
};

export const seedProjects: readonly SeedProject[] = [redline, atlas];
