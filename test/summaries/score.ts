/** How good summaries are: how many of the stated facts they tell, how many of their citations are right, and what they must not claim. */
import { ModelError } from "../../src/domain/kernel/modelError.js";
import { checkSummary, createDeterministicSummarizer } from "../../src/domain/projects/index.js";
import type { Summarizer, Summary, SummaryClaim } from "../../src/domain/projects/index.js";
import type { SummaryCase } from "./batches.js";

export interface CaseScore {
  readonly name: string;
  /** Facts that are told, of those that are stated. */
  readonly told: number;
  readonly stated: number;
  /** Citations of achievements and blockers that are of events which may be cited there. */
  readonly right: number;
  readonly cited: number;
  /** Texts that match a pattern that none may match. */
  readonly forbidden: readonly string[];
  /** Why the rules wrote in the summarizer's place. */
  readonly fallback: string | undefined;
  readonly summary: Summary;
}

export interface Score {
  readonly modelUsed: string;
  readonly cases: readonly CaseScore[];
  readonly recall: number;
  readonly precision: number;
  readonly forbidden: number;
  readonly fallbacks: number;
}

/** Asks for one summary after the other, and scores what people would get to see: the rules' where the summarizer fails. */
export async function scoreSummarizer(
  summarizer: Summarizer,
  cases: readonly SummaryCase[],
  signal: AbortSignal,
): Promise<Score> {
  const scores: CaseScore[] = [];
  for (const each of cases) {
    const { summary, fallback } = await summarise(summarizer, each, signal);
    scores.push({ ...scoreCase(each, summary), fallback });
  }
  const sum = (of: (score: CaseScore) => number) => scores.reduce((total, score) => total + of(score), 0);
  return {
    modelUsed: summarizer.modelUsed,
    cases: scores,
    recall: ratio(
      sum(({ told }) => told),
      sum(({ stated }) => stated),
    ),
    precision: ratio(
      sum(({ right }) => right),
      sum(({ cited }) => cited),
    ),
    forbidden: sum(({ forbidden }) => forbidden.length),
    fallbacks: sum(({ fallback }) => (fallback === undefined ? 0 : 1)),
  };
}

async function summarise(summarizer: Summarizer, { input, name }: SummaryCase, signal: AbortSignal) {
  const write = async (by: Summarizer) => {
    const { draft, omitted } = await by.draft(input, signal);
    return checkSummary(draft, { input, notified: [], omitted });
  };
  const byRules = async (fallback: string) => {
    const summary = await write(createDeterministicSummarizer());
    if (summary === undefined) throw new Error(`the rules have nothing to say about ${name}`);
    return { summary, fallback };
  };
  try {
    const summary = await write(summarizer);
    return summary === undefined ? await byRules("NONSENSE") : { summary, fallback: undefined };
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
    return byRules(`${error.reason}: ${error.message}`);
  }
}

export function scoreCase({ name, facts }: SummaryCase, summary: Summary): Omit<CaseScore, "fallback"> {
  const { achievements, blockers, themes, headline } = summary;
  const sections = [
    { claims: achievements, stated: facts.achievements },
    { claims: blockers, stated: facts.blockers },
  ].map(({ claims, stated }) => scoreSection(claims, stated, facts.mayCite));
  const sum = (of: (section: Section) => number) => sections.reduce((total, section) => total + of(section), 0);
  const texts = [headline, ...[...achievements, ...blockers, ...themes].map(({ text }) => text)];
  return {
    name,
    told: sum(({ told }) => told),
    stated: sum(({ stated }) => stated),
    right: sum(({ right }) => right),
    cited: sum(({ cited }) => cited),
    forbidden: texts.filter((text) => facts.mustNotClaim.some((pattern) => pattern.test(text))),
    summary,
  };
}

type Section = Pick<CaseScore, "told" | "stated" | "right" | "cited">;

function scoreSection(
  claims: readonly SummaryClaim[],
  stated: readonly (readonly string[])[],
  mayCite: readonly string[],
): Section {
  const cited = claims.flatMap(({ projectEventIds }) => projectEventIds);
  const known = new Set(cited);
  const allowed = new Set([...stated.flat(), ...mayCite]);
  return {
    told: stated.filter((fact) => fact.some((id) => known.has(id))).length,
    stated: stated.length,
    right: cited.filter((id) => allowed.has(id)).length,
    cited: cited.length,
  };
}

const ratio = (part: number, whole: number) => (whole === 0 ? 1 : part / whole);
const percent = (value: number) => `${Math.round(value * 1_000) / 10} %`;

/** One line for each batch, and the whole. */
export function scoreTable({ modelUsed, cases, recall, precision, forbidden, fallbacks }: Score): string {
  const rows = [
    ["batch", "facts told", "citations right", "must not claim", "by rules"],
    ...cases.map((each) => [
      each.name,
      `${each.told}/${each.stated}`,
      `${each.right}/${each.cited}`,
      each.forbidden.length === 0 ? "" : each.forbidden.join("; "),
      each.fallback ?? "",
    ]),
    [modelUsed, percent(recall), percent(precision), String(forbidden), String(fallbacks)],
  ];
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
