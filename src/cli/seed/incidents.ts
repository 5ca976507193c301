/** Example incidents: those that seed 003 queries for first, then a team's ordinary troubles. */
import type { FollowUpPriority, IncidentRole, IncidentStatus, Severity } from "../generated/operations.js";

/** One thing that somebody did. */
export type SeedStep =
  | { readonly does: "status"; readonly to: IncidentStatus; readonly reason?: string; readonly at?: string }
  | { readonly does: "reopen"; readonly reason: string }
  | { readonly does: "severity"; readonly to: Severity; readonly reason: string }
  | { readonly does: "role"; readonly person: string; readonly role: IncidentRole }
  | { readonly does: "comment"; readonly text: string }
  | { readonly does: "entry"; readonly text: string; readonly at?: string; readonly keyMoment?: boolean }
  | { readonly does: "summary"; readonly text: string; readonly model?: string }
  | { readonly does: "link"; readonly url: string; readonly title: string }
  | {
      readonly does: "followUp";
      readonly title: string;
      readonly owner?: string;
      readonly dueAt?: string;
      readonly priority?: FollowUpPriority;
    }
  | { readonly does: "postmortem"; readonly title: string; readonly content: string };

export interface SeedIncident {
  /** Names the incident in idempotency keys: never change it. */
  readonly key: string;
  readonly by: string;
  readonly title: string;
  readonly description: string;
  readonly severity: Severity;
  readonly services: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly commander?: string;
  readonly began: string;
  readonly steps: readonly (SeedStep & { readonly by: string })[];
}

const resolved = (day: string, times: readonly [string, string, string], by: string): (SeedStep & { by: string })[] => [
  { by, does: "status", to: "ACKNOWLEDGED", at: `${day}T${times[0]}Z` },
  { by, does: "status", to: "MITIGATED", at: `${day}T${times[1]}Z` },
  { by, does: "status", to: "RESOLVED", at: `${day}T${times[2]}Z` },
];

/** Seed 003: status OPEN, severity P0, payment-service, the day 2025-01-15 with its first and last second. */
const seed003: readonly SeedIncident[] = [
  {
    key: "seed-003-payment-outage",
    by: "ana",
    title: "Payments fail for all customers",
    description: "payment-service answers 500 to every charge since the 10:25 release.",
    severity: "P0",
    services: ["payment-service", "checkout"],
    labels: { region: "eu-west-1", team: "payments" },
    commander: "ana",
    began: "2025-01-15T10:30:00Z",
    steps: [
      { by: "ana", does: "role", person: "ben", role: "RESPONDER" },
      { by: "ana", does: "role", person: "chloe", role: "COMMS" },
      { by: "ben", does: "entry", text: "Release 2025.01.15-1 went out", at: "2025-01-15T10:25:00Z", keyMoment: true },
      { by: "ben", does: "comment", text: "The card vault refuses our new client certificate." },
      {
        by: "chloe",
        does: "summary",
        text: "All card payments fail since 10:30 UTC. The last release is being rolled back.",
      },
      { by: "ben", does: "link", url: "https://status.example.com/incidents/4711", title: "Status page" },
    ],
  },
  {
    key: "seed-003-midnight",
    by: "dario",
    title: "Nightly settlement starts twice",
    description: "Two schedulers believe they lead.",
    severity: "P2",
    services: ["settlement"],
    labels: { region: "eu-west-1" },
    began: "2025-01-15T00:00:00.500Z",
    steps: resolved("2025-01-15", ["00:12:00", "00:30:00", "01:05:00"], "dario"),
  },
  {
    key: "seed-003-last-second",
    by: "emi",
    title: "Search index lags by an hour",
    description: "",
    severity: "P3",
    services: ["search"],
    labels: { region: "us-east-1" },
    began: "2025-01-15T23:59:59.900Z",
    steps: [{ by: "emi", does: "status", to: "INVESTIGATING", reason: "Lag grows" }],
  },
  {
    key: "seed-003-resolved",
    by: "ana",
    title: "Refunds are delayed",
    description: "The refund queue stands still behind one poison message.",
    severity: "P1",
    services: ["payment-service"],
    labels: { team: "payments" },
    commander: "ben",
    began: "2025-01-14T08:10:00Z",
    steps: [
      ...resolved("2025-01-14", ["08:15:00", "08:40:00", "09:20:00"], "ben"),
      {
        by: "ben",
        does: "followUp",
        title: "Park poison messages instead of retrying for ever",
        owner: "ben",
        priority: "HIGH",
      },
      {
        by: "ana",
        does: "followUp",
        title: "Alert on the age of the oldest refund",
        owner: "ana",
        dueAt: "2025-02-01T00:00:00Z",
      },
      {
        by: "ben",
        does: "postmortem",
        title: "Refund queue stopped by one message",
        content:
          "# What happened\n\nA refund with an unknown currency was retried without end and held up the queue.\n\n# What we change\n\n- Poison messages are parked after five tries.\n- The age of the oldest refund is watched.\n",
      },
      { by: "ana", does: "status", to: "CLOSED", reason: "Follow-ups are on the board" },
    ],
  },
];

const troubles: readonly (readonly [string, Severity, readonly string[], string])[] = [
  ["Login is slow", "P2", ["identity"], "Tokens take 4 s to issue."],
  ["Webhooks are delivered twice", "P3", ["webhooks"], "Consumers see every delivery again after 30 s."],
  ["Disk full on the build farm", "P4", ["ci"], "Builds of the mobile app fail."],
  ["Mail to one provider bounces", "P3", ["mail"], "Our sender address is on a block list."],
  ["Cache cluster lost a node", "P2", ["cache", "catalog"], "Hit rate fell from 96 % to 70 %."],
  ["Prices are shown without tax", "P1", ["catalog", "checkout"], "Since the new price service took over."],
  ["Exports time out", "P3", ["reporting"], "Exports above 50,000 rows end with 504."],
  ["Certificate of the partner API expired", "P1", ["partners"], "All partner calls fail."],
  ["Push notifications are late", "P3", ["notifications"], "About 20 minutes behind."],
  ["Image uploads fail from Safari", "P2", ["media"], "CORS preflight is answered with 403."],
  ["Database failover took 9 minutes", "P1", ["orders", "checkout"], "The old primary did not step down."],
  ["Wrong language on invoices", "P4", ["billing"], "French customers get German invoices."],
  ["Rate limiter blocks our own jobs", "P3", ["gateway"], "Internal calls count against the public limit."],
  ["DNS of the sandbox does not resolve", "P4", ["sandbox"], "The zone was deleted by mistake."],
  ["Orders stay in state pending", "P0", ["orders"], "The payment confirmation is not consumed."],
  ["Feature flags are stale", "P2", ["flags"], "Clients keep the flags of yesterday."],
];

const people = ["ana", "ben", "chloe", "dario", "emi", "farid"] as const;

/** The n-th ordinary incident: declared on its own day, brought as far as its place in the list says. */
function trouble(index: number): SeedIncident {
  const [title, severity, services, description] = troubles[index] ?? ["", "P4", ["none"], ""];
  const person = (offset: number) => people[(index + offset) % people.length] ?? "ana";
  const day = `2025-02-${String(1 + index).padStart(2, "0")}`;
  const path: (SeedStep & { by: string })[] = [
    ...resolved(day, ["09:06:00", "09:31:00", "10:10:00"], person(1)),
    { by: person(0), does: "status", to: "CLOSED", at: `${day}T15:00:00Z` },
  ];
  return {
    key: `trouble-${index + 1}`,
    by: person(0),
    title,
    description,
    severity,
    services,
    labels: { environment: index % 4 === 3 ? "staging" : "production", team: services[0] ?? "none" },
    commander: person(1),
    began: `${day}T09:00:00Z`,
    steps: [
      { by: person(1), does: "role", person: person(2), role: "RESPONDER" },
      { by: person(2), does: "comment", text: `Looking at ${services[0] ?? "it"} now.` },
      { by: person(1), does: "entry", text: "Alert fired", at: `${day}T08:58:30Z` },
      ...path.slice(0, index % 5),
      ...(index % 7 === 4
        ? ([{ by: person(0), does: "severity", to: "P2", reason: "Fewer customers than first thought" }] as const)
        : []),
    ],
  };
}

export const seedIncidents: readonly SeedIncident[] = [...seed003, ...troubles.map((_, index) => trouble(index))];
