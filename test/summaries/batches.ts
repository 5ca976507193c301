/** The twenty batches of the evaluation: what they hold, what a summary of them must say, and what it must not. */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { importances, projectEventKinds, projectEventSources } from "../../src/domain/projects/index.js";
import type { ProjectEvent, SummaryInput } from "../../src/domain/projects/index.js";
import { aProjectEvent, aSummaryInput, at, projectEventId } from "../support/projectEvents.js";

/** An event in short: `repo`, `pr` and the like become refs and a subject, as the parsers of webhooks make them. */
const ShortEvent = z.strictObject({
  id: z.string(),
  /** Minutes since the first event of the batch. */
  at: z.number(),
  kind: z.enum(projectEventKinds),
  title: z.string(),
  by: z.string().optional(),
  source: z.enum(projectEventSources).default("GITHUB"),
  text: z.string().optional(),
  importance: z.enum(importances).default("NORMAL"),
  labels: z.array(z.string()).default([]),
  repo: z.string().optional(),
  place: z.string().optional(),
  pr: z.number().optional(),
  issue: z.number().optional(),
  branch: z.string().optional(),
  tag: z.string().optional(),
  release: z.string().optional(),
  check: z.string().optional(),
  env: z.string().optional(),
  board: z.string().optional(),
  list: z.string().optional(),
  card: z.string().optional(),
  channel: z.string().optional(),
});
type ShortEvent = z.output<typeof ShortEvent>;

const Case = z.strictObject({
  about: z.string(),
  project: z.string(),
  /** How long after its first event it was sealed. */
  minutes: z.number(),
  events: z.array(ShortEvent).min(3).max(45),
  facts: z.strictObject({
    /** Each is told where a claim of that section cites one of its events. */
    achievements: z.array(z.array(z.string()).min(1)),
    blockers: z.array(z.array(z.string()).min(1)),
    /** Events that claims of both sections may cite besides. */
    mayCite: z.array(z.string()),
    /** Patterns that no headline and no claim may match. */
    mustNotClaim: z.array(z.string()),
  }),
});

export interface SummaryCase {
  readonly name: string;
  readonly about: string;
  readonly input: SummaryInput;
  readonly facts: {
    readonly achievements: readonly (readonly string[])[];
    readonly blockers: readonly (readonly string[])[];
    readonly mayCite: readonly string[];
    readonly mustNotClaim: readonly RegExp[];
  };
}

const folder = join(import.meta.dirname, "batches");

export const summaryCases: readonly SummaryCase[] = readdirSync(folder)
  .sort()
  .map((file) => toCase(file.replace(/\.json$/, ""), JSON.parse(readFileSync(join(folder, file), "utf8"))));

function toCase(name: string, json: unknown): SummaryCase {
  const { about, project, minutes, events, facts } = Case.parse(json);
  const idOf = (id: string) => projectEventId(`${name} ${id}`);
  const known = new Set(events.map(({ id }) => id));
  const named = [...facts.achievements.flat(), ...facts.blockers.flat(), ...facts.mayCite];
  for (const id of named) if (!known.has(id)) throw new Error(`${name} states facts of ${id}, which it does not have`);
  return {
    name,
    about,
    input: aSummaryInput(
      events.map((event) => toEvent(name, project, event)),
      { project, batchId: `batch_20250602_13${name.slice(0, 2)}`, openedAt: at(0), sealedAt: at(minutes) },
    ),
    facts: {
      achievements: facts.achievements.map((fact) => fact.map(idOf)),
      blockers: facts.blockers.map((fact) => fact.map(idOf)),
      mayCite: facts.mayCite.map(idOf),
      mustNotClaim: facts.mustNotClaim.map((pattern) => new RegExp(pattern, "i")),
    },
  };
}

function toEvent(batch: string, project: string, short: ShortEvent): ProjectEvent {
  const { id, at: minutes, kind, title, by, source, text, importance, labels } = short;
  const url = urlOf(short);
  const subject = subjectOf(short);
  return aProjectEvent({
    name: `${batch} ${id}`,
    project,
    source,
    kind,
    title,
    importance,
    labels,
    refs: refsOf(short),
    occurredAt: at(minutes),
    ...(by === undefined ? {} : { actor: { id: by } }),
    ...(text === undefined ? {} : { text }),
    ...(url === undefined ? {} : { url }),
    ...(subject === undefined ? {} : { subject }),
  });
}

function refsOf({ repo = "", place, pr, issue, branch, tag, release, check, env, ...short }: ShortEvent) {
  const { board, list, card, channel } = short;
  const ref = (type: ProjectEvent["refs"][number]["type"], id: string | undefined, title?: string) =>
    id === undefined || id === "" ? [] : [{ type, id, ...(title === undefined ? {} : { title }) }];
  return [
    ...ref("REPOSITORY", repo),
    ...ref("CHANNEL", channel ?? place, channel ?? place),
    ...ref("PULL_REQUEST", pr === undefined ? undefined : `${repo}#${pr}`),
    ...ref("ISSUE", issue === undefined ? undefined : `${repo}#${issue}`),
    ...ref("BRANCH", branch === undefined ? undefined : `${repo}@${branch}`, branch),
    ...ref("TAG", tag === undefined ? undefined : `${repo}@${tag}`, tag),
    ...ref("RELEASE", release === undefined ? undefined : `${repo}@${release}`, release),
    ...ref("CHECK", check === undefined ? undefined : `${repo}:${check}`, check),
    ...ref("DEPLOYMENT", env === undefined ? undefined : `deployment ${short.at}`, env),
    ...ref("BOARD", board, board),
    ...ref("LIST", list === undefined ? undefined : `list ${list}`, list),
    ...ref("CARD", card),
  ];
}

function subjectOf({ repo, pr, issue, branch, release, tag, env, card }: ShortEvent): string | undefined {
  if (card !== undefined) return `trello:${card}`;
  if (repo === undefined) return undefined;
  const number = pr ?? issue;
  if (number !== undefined) return `github:${repo}#${number}`;
  const at = release ?? tag ?? (env === undefined ? branch : `deploy/${env}`);
  return at === undefined ? undefined : `github:${repo}@${at}`;
}

function urlOf({ repo, pr, issue }: ShortEvent): string | undefined {
  if (repo === undefined) return undefined;
  if (pr !== undefined) return `https://github.com/${repo}/pull/${pr}`;
  return issue === undefined ? `https://github.com/${repo}` : `https://github.com/${repo}/issues/${issue}`;
}
