/** What insights say: in the words of the rules, and whether a model's words rest on the numbers that it was shown. */
import { ModelError } from "../kernel/modelError.js";
import { toOneLine, withoutHidden, withoutLinks } from "../kernel/text.js";
import type { Explainer, ExplanationDraft, ExplanationInput } from "./ports.js";
import type { Evidence } from "./events.js";
import { limits } from "./values.js";

/** The explainer that needs no model, and the version of its words. */
export const deterministicExplainer = { modelUsed: "deterministic-v1", promptVersion: "1" } as const;

/** Creates the explainer that is always there: the same input leads to the same words. */
export function createDeterministicExplainer(): Explainer {
  return { ...deterministicExplainer, draft: async (input) => explainByRules(input) };
}

/** The numbers that it rests on, one after the other, and what the rule recommends. */
export function explainByRules(
  input: Pick<ExplanationInput, "evidence" | "riskScore" | "outcome" | "recommendations">,
): ExplanationDraft {
  const { evidence, riskScore, outcome, recommendations } = input;
  const known = evidence.filter(({ value }) => value !== null);
  const missing = evidence.filter(({ value }) => value === null).map(({ name }) => name);
  const sentences = [
    ...known.map(sayEvidence),
    ...(missing.length === 0 ? [] : [`There is no value of ${missing.join(", ")}.`]),
    `The risk is ${riskScore} of 100.`,
    ...(outcome === undefined ? [] : [sayOutcome(outcome)]),
  ];
  return { explanation: clipSentences(sentences, limits.explanation), recommendations };
}

function sayEvidence({ name, value, level }: Evidence): string {
  if (value === null) return "";
  if (level === undefined) return `${name} is ${say(value)}.`;
  const side = value < level ? "below" : value > level ? "above" : "at";
  return `${name} is ${say(value)}, ${side} the level of ${say(level)}.`;
}

function sayOutcome({ metric, comparison, value, withinDays }: NonNullable<ExplanationInput["outcome"]>): string {
  const side = comparison.toLowerCase();
  return `It is predicted that ${metric} will be ${side} ${say(value)} within ${withinDays} ${withinDays === 1 ? "day" : "days"}.`;
}

/** At most two digits behind the point. */
function say(value: number): string {
  return String(Math.round(value * 100) / 100 + 0);
}

/** As many whole sentences as there is room for. */
function clipSentences(sentences: readonly string[], maximum: number): string {
  return sentences.reduce((text, sentence) => {
    const next = text === "" ? sentence : `${text} ${sentence}`;
    return next.length > maximum ? text : next;
  }, "");
}

/**
 * The draft as it may be stored and shown: one line each, no repeats. @throws ModelError (NONSENSE) where it says nothing, is
 * too long, has a link, or has a number that is not in the input. A number may be rounded to the digits that it shows, and its
 * sign may be said in words.
 */
export function checkExplanation(draft: ExplanationDraft, input: ExplanationInput): ExplanationDraft {
  const { recommendations, ...usage } = draft;
  const allowed = numbersOf(input);
  if (recommendations.length > limits.recommendations)
    throw nonsense(`has ${recommendations.length} recommendations; the most is ${limits.recommendations}`);
  return {
    ...usage,
    explanation: checkLine(draft.explanation, { what: "the explanation", maximum: limits.explanation, allowed }),
    recommendations: [
      ...new Set(
        recommendations.map((text) =>
          checkLine(text, { what: "a recommendation", maximum: limits.recommendation, allowed }),
        ),
      ),
    ],
  };
}

interface LineRules {
  readonly what: string;
  readonly maximum: number;
  readonly allowed: readonly number[];
}

function checkLine(text: string, { what, maximum, allowed }: LineRules): string {
  // Longer texts are refused before they are looked at, so that no text makes the patterns slow.
  if (text.length > 2 * maximum) throw nonsense(`${what} is too long`);
  const line = toOneLine(withoutHidden(text));
  if (line.length > maximum) throw nonsense(`${what} is too long`);
  if (!/\p{L}/u.test(line)) throw nonsense(`${what} says nothing`);
  if (withoutLinks(line) !== line || bareHost.test(line)) throw nonsense(`${what} has a link`);
  const foreign = foreignNumber(line, allowed);
  if (foreign !== undefined) throw nonsense(`${what} has the number ${foreign}, which is not in the input`);
  return line;
}

function nonsense(message: string): ModelError {
  return new ModelError("NONSENSE", message);
}

/** `example.com`, which many a reader's program makes a link of. */
const bareHost =
  /\b(?:[a-z0-9-]{1,63}\.){1,4}(?:com|net|org|io|dev|app|info|biz|co|me|ru|cn|xyz|top|link|site|online)\b/i;

const number = /\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?/g;
/** Digits of other scripts, fractions, Roman numerals, superscripts: no number is written so here. */
const otherNumber = /(?![0-9])\p{N}/u;

function foreignNumber(line: string, allowed: readonly number[]): string | undefined {
  const other = otherNumber.exec(line)?.[0];
  if (other !== undefined) return other;
  return line.match(number)?.find((shown) => !isAmong(shown, allowed));
}

function isAmong(shown: string, allowed: readonly number[]): boolean {
  const digits = shown.replaceAll(",", "");
  const places = digits.includes(".") ? digits.length - digits.indexOf(".") - 1 : 0;
  // Beyond twelve digits nothing is rounded; toFixed knows a hundred.
  return allowed.some((value) => Number(Math.abs(value).toFixed(Math.min(places, 12))) === Number(digits));
}

/** Every number that the input shows: values, levels, the risk, and those in names and texts (`sessions_7d`). */
function numbersOf(input: ExplanationInput): readonly number[] {
  const { evidence, metrics, outcome, riskScore } = input;
  const texts = [
    input.title,
    input.entityType,
    input.predictionType,
    ...input.recommendations,
    ...evidence.map(({ name }) => name),
    ...Object.keys(metrics),
    outcome?.metric ?? "",
  ];
  const said = texts.flatMap((text) => text.match(number) ?? []).map((text) => Number(text.replaceAll(",", "")));
  const shown = [
    riskScore,
    // The risk is one of a hundred.
    100,
    ...evidence.flatMap(({ value, level }) => [value, level]),
    ...Object.values(metrics),
    outcome?.value,
    outcome?.withinDays,
  ];
  return [...said, ...shown.filter((value) => typeof value === "number")];
}
