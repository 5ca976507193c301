/** The words of the research context: requests, their configuration, leases, results and limits. */
import { JsonValue, jsonBytes } from "../kernel/json.js";
import { z } from "zod";
import { Zoned, isPlain, text, withoutHidden, word } from "../kernel/text.js";

/** The seed writes them in lower case. PROCESSING: a worker has claimed it; EXECUTING: it says that it has started (defect R5). */
export const requestStatuses = ["PENDING", "PROCESSING", "EXECUTING", "COMPLETED", "FAILED", "CANCELLED"] as const;
export type RequestStatus = (typeof requestStatuses)[number];
export const terminalStatuses = ["COMPLETED", "FAILED", "CANCELLED"] as const satisfies readonly RequestStatus[];

export const priorities = ["HIGH", "MEDIUM", "LOW"] as const;
export type Priority = (typeof priorities)[number];

/** TABLE: workers claim from the ledger. SQS: they hear of a request from a queue, and claim it by its id. */
export const strategies = ["TABLE", "SQS"] as const;
export type Strategy = (typeof strategies)[number];

/** SUMMARY keeps an excerpt of a page, FULL its readable text, METADATA title and address only. */
export const extractionModes = ["SUMMARY", "FULL", "METADATA"] as const;
export type ExtractionMode = (typeof extractionModes)[number];

export const sourceTypes = ["GOVERNMENT", "CLINICAL", "ACADEMIC", "NEWS", "INDUSTRY", "OTHER"] as const;
export type SourceType = (typeof sourceTypes)[number];

export const logLevels = ["DEBUG", "INFO", "WARNING", "ERROR"] as const;
export type LogLevel = (typeof logLevels)[number];

/** Why a request is FAILED. STALLED: its workers died too often. DEADLINE: its time was over. */
export const failureReasons = ["ERROR", "STALLED", "DEADLINE"] as const;
export type FailureReason = (typeof failureReasons)[number];

export const limits = {
  keywords: 100,
  keyword: 100,
  sources: 20,
  sourceName: 100,
  url: 500,
  /** Bytes of `customParams`, and of a checkpoint, as JSON. */
  customParamsBytes: 8_192,
  checkpointBytes: 8_192,
  retries: 10,
  batchSize: 50,
  pagesPerSource: 200,
  leastDeadlineSeconds: 10,
  deadlineSeconds: 7 * 86_400,
  delaySeconds: 7 * 86_400,
  leastLeaseSeconds: 5,
  leaseSeconds: 3_600,
  /** Requests of one claim: with their rows they are one DynamoDB transaction. */
  claim: 10,
  claimTypes: 10,
  waitSeconds: 20,
  /** How often workers may vanish with a request before it is FAILED: a budget apart from `maxRetries`. */
  stalls: 3,
  retryAfterSeconds: 86_400,
  runningOfProject: 100,
  /** Rows that one transaction takes, with the request's own. */
  logEntries: 50,
  /** Of one request; what comes later is refused. */
  logEntriesOfRequest: 10_000,
  logMessage: 2_000,
  logMetadataBytes: 2_048,
  /** Errors, warnings and changes of status that the view keeps; all are in the logs (defect R7). */
  keptNotes: 50,
  /** Characters of each: a row has 150 of them, and 400 KB at most. */
  keptNote: 300,
  parts: 100,
  itemsOfPart: 200,
  partBytes: 200_000,
  itemText: 50_000,
  title: 300,
  executiveSummary: 5_000,
  findings: 50,
  finding: 1_000,
  citations: 20,
  structuredOutputs: 100,
  structuredOutputsBytes: 65_536,
  /** Bytes of all that a worker says at the end, as JSON: it is in the request's row, beside the configuration and the notes. */
  resultsBytes: 128_000,
  stage: 100,
  message: 1_000,
  dedupeKey: 200,
  count: 1_000_000_000,
} as const;

/** The seed's form: `req_<milliseconds since 1970>_<8 hexadecimal digits>`. */
export const RequestId = z
  .string()
  .regex(/^req_\d{13}_[0-9a-f]{8}$/, "must be a request id such as req_1757412789250_a08ac7ad");
export const ProjectId = word("a project name", 100);
export const UserId = word("a user id", 128);
export const WorkerId = word("a worker id", 128);
/** Part of the report's path, so that it may hold nothing that a path means something by (defect R15). */
export const RequestType = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/, "must be 1-64 letters, digits, _ or -, beginning with a letter or digit");
export const Reason = text(limits.message);
export const Stage = text(limits.stage);
export const DedupeKey = text(limits.dedupeKey);
export const Priority = z.enum(priorities);
export const Strategy = z.enum(strategies);

/** A whole number within bounds, both included. */
export function whole(least: number, most: number) {
  const message = `must be a whole number from ${least} to ${most}`;
  return z.number(message).int(message).min(least, message).max(most, message);
}

/** A number within bounds, both included. */
export function between(least: number, most: number) {
  const message = `must be a number from ${least} to ${most}`;
  return z.number(message).min(least, message).max(most, message);
}

/** The number of the claim's event in its stream: it only grows, so that whoever holds an older one is told apart. */
export const LeaseToken = whole(1, Number.MAX_SAFE_INTEGER);
export const LeaseSeconds = whole(limits.leastLeaseSeconds, limits.leaseSeconds);

/** A JSON object of at most so many bytes. */
export const jsonObject = (bytes: number) =>
  z
    .record(z.string(), JsonValue, "must be a JSON object")
    .refine((value) => jsonBytes(value) <= bytes, `must have at most ${bytes} bytes as JSON`);

/** Where content is looked for. Whether the address may be used says `UrlCheck`. */
export const Source = z.object({
  name: text(limits.sourceName),
  baseUrl: z.string().max(limits.url, `must have at most ${limits.url} characters`),
  sourceType: z.enum(sourceTypes),
});
export type Source = z.output<typeof Source>;

/** As it is seen, and something that a text can name: hidden characters alone, or signs, would find nothing. */
const Keyword = z
  .string()
  .refine((value) => value.isWellFormed(), { message: "must be well-formed Unicode", abort: true })
  .transform(withoutHidden)
  .pipe(text(limits.keyword).refine((value) => /[\p{L}\p{N}]/u.test(value), "must hold a letter or a digit"));

const unique = (values: readonly string[]) => new Set(values).size === values.length;

/** The seed's `config`, within bounds (defect R16). */
export const RequestConfig = z.object({
  keywords: z
    .array(Keyword)
    .min(1, "must have at least one")
    .max(limits.keywords, `must have at most ${limits.keywords}`)
    .refine((keywords) => unique(keywords.map((keyword) => keyword.toLowerCase())), "must not name one twice"),
  sources: z
    .array(Source)
    .min(1, "must have at least one")
    .max(limits.sources, `must have at most ${limits.sources}`)
    .refine((sources) => unique(sources.map(({ name }) => name)), "must not have two of one name"),
  extractionMode: z.enum(extractionModes).default("SUMMARY"),
  /** Content with a lower score is left out. */
  qualityThreshold: between(0, 1).default(0.7),
  /** Pages that a worker fetches at a time. */
  batchSize: whole(1, limits.batchSize).default(5),
  maxRetries: whole(0, limits.retries).default(2),
  maxPagesPerSource: whole(1, limits.pagesPerSource).default(20),
  customParams: jsonObject(limits.customParamsBytes).default({}),
});
export type RequestConfig = z.output<typeof RequestConfig>;

const Count = whole(0, limits.count);

/** What a worker says of its progress. Percentages of one attempt never go back (defect R16). */
export const ReportedProgress = z.object({
  stage: Stage,
  percentage: between(0, 100),
  urlsFound: Count.optional(),
  contentExtracted: Count.optional(),
  processingErrors: Count.optional(),
  /** @default reckoned from how long it took so far */
  estimatedCompletion: Zoned.optional(),
});
export type ReportedProgress = z.output<typeof ReportedProgress>;

export const LogEntryInput = z.object({
  level: z.enum(logLevels).default("INFO"),
  message: z
    .string()
    .trim()
    .min(1, "must not be empty")
    .max(limits.logMessage, `must have at most ${limits.logMessage} characters`)
    .refine(isPlain, "must be well-formed Unicode without control characters"),
  stage: Stage.optional(),
  /** @default when it is recorded */
  at: Zoned.optional(),
  metadata: jsonObject(limits.logMetadataBytes).optional(),
});
export type LogEntryInput = z.output<typeof LogEntryInput>;

export const ItemId = word("an item id", 100);

/** One piece of content that a worker has found and kept. */
export const ResultItem = z.object({
  /** Chosen by the worker, unique in the request: what findings cite. */
  itemId: ItemId,
  url: z
    .string()
    .max(2 * limits.url, `must have at most ${2 * limits.url} characters`)
    .refine(isWebUrl, "must be an http or https address without credentials"),
  title: text(limits.title),
  /** Name of one of the request's sources. */
  source: text(limits.sourceName),
  sourceType: z.enum(sourceTypes),
  /** Excerpt or whole text, by the extraction mode. */
  text: z
    .string()
    .max(limits.itemText, `must have at most ${limits.itemText} characters`)
    .refine((value) => value.isWellFormed(), "must be well-formed Unicode"),
  /** How well it answers the keywords, from 0 to 1: the seed's confidence. */
  score: between(0, 1),
  matchedKeywords: z.array(text(limits.keyword)).max(limits.keywords).default([]),
  publishedAt: Zoned.optional(),
  fetchedAt: Zoned.optional(),
});
export type ResultItem = z.output<typeof ResultItem>;

export function isWebUrl(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const { protocol, username, password } = new URL(value);
  return (protocol === "https:" || protocol === "http:") && username === "" && password === "";
}

/** A claim of the report, with the items that it rests on. */
export const Finding = z.object({
  text: text(limits.finding),
  citations: z
    .array(ItemId)
    .min(1, "must cite at least one item")
    .max(limits.citations, `must have at most ${limits.citations}`),
});
export type Finding = z.output<typeof Finding>;

const ReportedResultsForm = z.object({
  executiveSummary: text(limits.executiveSummary),
  keyFindings: z.array(Finding).max(limits.findings, `must have at most ${limits.findings}`).default([]),
  /** Who wrote summary and findings: `deterministic-v1`, or the name of a model. */
  writtenBy: text(limits.sourceName).optional(),
  urlsDiscovered: Count,
  /** Of these what could be read, whether it was kept or not. */
  contentExtracted: Count,
  /** Requests that the work took. */
  apiCalls: Count,
  structuredOutputs: z
    .array(JsonValue)
    .max(limits.structuredOutputs, `must have at most ${limits.structuredOutputs}`)
    .refine((value) => jsonBytes(value) <= limits.structuredOutputsBytes, {
      message: `must have at most ${limits.structuredOutputsBytes} bytes as JSON`,
    })
    .default([]),
});
/** What a worker says at the end, besides the items that it has added. */
export const ReportedResults = ReportedResultsForm.superRefine(({ urlsDiscovered, contentExtracted }, context) => {
  if (contentExtracted <= urlsDiscovered) return;
  const message = `must not be more than urlsDiscovered, which is ${urlsDiscovered}`;
  context.addIssue({ code: "custom", path: ["contentExtracted"], message });
});
export type ReportedResults = z.output<typeof ReportedResults>;

/** The items of one part. */
export const Items = z
  .array(ResultItem)
  .min(1, "must have at least one")
  .max(limits.itemsOfPart, `must have at most ${limits.itemsOfPart}`)
  .refine((items) => unique(items.map(({ itemId }) => itemId)), "must not have two of one itemId")
  .refine((items) => jsonBytes(items) <= limits.partBytes, {
    message: `must have at most ${limits.partBytes} bytes as JSON: add them in several parts`,
  });

/** Whether nothing happens to a request by itself any more. */
export function isTerminal(status: RequestStatus): boolean {
  return (terminalStatuses as readonly RequestStatus[]).includes(status);
}
