/** Parts and the report: what of a request's results is kept in the object store, as documents whose hash the log knows. */
import type { Json } from "../kernel/json.js";
import { UnavailableError, refuseProblems } from "../kernel/errors.js";
import type { Problem } from "../kernel/errors.js";
import type { Digest } from "../kernel/hashChain.js";
import type { ObjectStore } from "../kernel/objectStore.js";
import { present } from "../kernel/present.js";
import type { ItemTally, ResearchEventOf } from "./events.js";
import { partPath, reportPath } from "./keys.js";
import { contentNames, toQuality } from "./quality.js";
import type { ItemsPart, ResearchRequest, StoredContent } from "./state.js";
import { sourceTypes } from "./values.js";
import type { Finding, ResultItem, SourceType } from "./values.js";

type ResultsRecord = ResearchEventOf<"RequestCompleted">["data"]["results"];

/** Parts that are read at a time. */
const readsAtATime = 4;

interface Reports {
  /** Writes the items of a part. */
  putPart(requestId: string, items: readonly ResultItem[]): Promise<StoredContent>;
  /** All items of the parts; one that comes again takes the place of the one before. Throws an UnavailableError where a part cannot be read. */
  readParts(parts: readonly ItemsPart[]): Promise<readonly ResultItem[]>;
  /** Writes the report at a path by its content. */
  putReport(request: ResearchRequest, results: ResultsRecord, items: readonly ResultItem[]): Promise<StoredContent>;
}

/** Reads the items of reports: what callers page through. */
export interface ReportReader {
  /** In the order of the types, then as they were added. Throws an UnavailableError where the report cannot be read. */
  items(report: StoredContent): Promise<readonly ResultItem[]>;
  /** What was added so far; an item that comes again takes the place of the one before. Throws an UnavailableError where a part cannot be read. */
  parts(parts: readonly ItemsPart[]): Promise<readonly ResultItem[]>;
}

export function createReports({ objects, digest }: ReportingDeps): Reports {
  const put = async (content: string, toKey: (sha256: string) => string): Promise<StoredContent> => {
    const sha256 = digest(content, "hex");
    const objectKey = toKey(sha256);
    await objects.put(objectKey, content, { once: true });
    return { objectKey, bytes: new TextEncoder().encode(content).length, sha256 };
  };

  return {
    putPart: (requestId, items) => put(JSON.stringify({ items }), (sha256) => partPath(requestId, sha256)),

    readParts: (parts) => readParts({ objects, digest }, parts),

    putReport: (request, results, items) =>
      put(JSON.stringify(toReport(request, results, items)), (sha256) =>
        reportPath(request.requestType, request.requestId, sha256),
      ),
  };
}

interface ReportingDeps {
  readonly objects: ObjectStore;
  readonly digest: Digest;
}

export function createReportReader(deps: {
  readonly objects: Pick<ObjectStore, "get">;
  readonly digest: Digest;
}): ReportReader {
  return {
    async items(report) {
      // Written by putReport; the hash says that it is the same still.
      const { intelligence_data: data } = JSON.parse(await readChecked(deps, report)) as Report;
      return sourceTypes.flatMap((type) => (data[contentNames[type]]?.items ?? []).map(fromReportItem));
    },
    parts: (parts) => readParts(deps, parts),
  };
}

async function readParts(
  deps: { readonly objects: Pick<ObjectStore, "get">; readonly digest: Digest },
  parts: readonly ItemsPart[],
): Promise<readonly ResultItem[]> {
  const inOrder = [...parts].sort((one, other) => one.part - other.part);
  const found: ResultItem[][] = [];
  for (let from = 0; from < inOrder.length; from += readsAtATime) {
    const some = inOrder.slice(from, from + readsAtATime);
    const read = await Promise.all(some.map(({ content }) => readChecked(deps, content)));
    // Written by putPart; the hash says that it is the same still.
    found.push(...read.map((text) => (JSON.parse(text) as { readonly items: ResultItem[] }).items));
  }
  return [...new Map(found.flat().map((item) => [item.itemId, item])).values()];
}

async function readChecked(
  { objects, digest }: { readonly objects: Pick<ObjectStore, "get">; readonly digest: Digest },
  { objectKey, sha256 }: StoredContent,
): Promise<string> {
  const content = await objects.get(objectKey);
  if (content === undefined) throw new UnavailableError(`${objectKey} is not in the object store`);
  if (digest(content, "hex") !== sha256) throw new UnavailableError(`${objectKey} is not as it was written`);
  return content;
}

/** What the items come to, by the type of their source; types without items are left out. */
export function tallyItems(items: readonly ResultItem[], qualityThreshold: number): readonly ItemTally[] {
  return sourceTypes.flatMap((sourceType) => {
    const scores = items.filter((item) => item.sourceType === sourceType).map(({ score }) => score);
    if (scores.length === 0) return [];
    const score = scores.reduce((sum, one) => sum + one, 0);
    const highQuality = scores.filter((one) => one >= qualityThreshold).length;
    return [{ sourceType, items: scores.length, score, highQuality }];
  });
}

/** @throws ValidationError for every citation of an item that is not there. */
export function requireCitedItems(findings: readonly Finding[], items: readonly ResultItem[]): void {
  const known = new Set(items.map(({ itemId }) => itemId));
  const problems = findings.flatMap(({ citations }, finding) =>
    citations.flatMap((itemId, citation): readonly Problem[] => {
      const path = ["results", "keyFindings", `${finding}`, "citations", `${citation}`];
      return known.has(itemId) ? [] : [{ path, message: `${itemId} is no item of the request` }];
    }),
  );
  refuseProblems(problems);
}

interface ReportItem {
  readonly item_id: string;
  readonly url: string;
  readonly title: string;
  readonly source: string;
  readonly source_type: Lowercase<SourceType>;
  readonly text: string;
  readonly confidence: number;
  readonly matched_keywords: readonly string[];
  readonly published_at?: string;
  readonly fetched_at?: string;
}

interface Report {
  readonly intelligence_data: Readonly<
    Record<string, { readonly count: number; readonly items: readonly ReportItem[] } | undefined>
  >;
}

/** The report: the seed's item, with results that hold all content. What is known only behind the completion is not in it. */
function toReport(request: ResearchRequest, results: ResultsRecord, items: readonly ResultItem[]) {
  const { config } = request;
  const total = items.length;
  const { highQualityItems, averageConfidence = null, successRate = null } = toQuality(results);
  return {
    request_id: request.requestId,
    project_id: request.projectId,
    user_id: request.userId,
    request_type: request.requestType,
    priority: request.priority.toLowerCase(),
    processing_strategy: request.strategy.toLowerCase(),
    config: toReportConfig(config),
    created_at: request.createdAt,
    started_at: request.startedAt ?? null,
    written_by: results.writtenBy ?? null,
    summary: {
      executive_summary: results.executiveSummary,
      key_findings: results.keyFindings,
      total_sources: results.totalSources,
      total_content_items: total,
    },
    execution_summary: {
      total_urls_discovered: results.urlsDiscovered,
      total_content_extracted: results.contentExtracted,
      processing_duration: results.durationSeconds,
      api_calls_made: results.apiCalls,
      success_rate: successRate,
    },
    intelligence_data: Object.fromEntries(
      sourceTypes.map((type) => {
        const ofType = items.filter(({ sourceType }) => sourceType === type).map(toReportItem);
        return [contentNames[type], { count: ofType.length, items: ofType }];
      }),
    ),
    structured_outputs: results.structuredOutputs satisfies readonly Json[],
    quality_metrics: { average_confidence: averageConfidence, high_quality_items: highQualityItems },
  };
}

function toReportConfig(config: ResearchRequest["config"]) {
  return {
    keywords: config.keywords,
    sources: config.sources.map(({ name, baseUrl, sourceType }) => ({
      name,
      base_url: baseUrl,
      source_type: sourceType.toLowerCase(),
    })),
    extraction_mode: config.extractionMode.toLowerCase(),
    quality_threshold: config.qualityThreshold,
    batch_size: config.batchSize,
    max_retries: config.maxRetries,
    max_pages_per_source: config.maxPagesPerSource,
    custom_params: config.customParams,
  };
}

function toReportItem(item: ResultItem): ReportItem {
  return {
    item_id: item.itemId,
    url: item.url,
    title: item.title,
    source: item.source,
    // The lower case of a type is one of the lower cases.
    source_type: item.sourceType.toLowerCase() as Lowercase<SourceType>,
    text: item.text,
    confidence: item.score,
    matched_keywords: item.matchedKeywords,
    ...present({ published_at: item.publishedAt, fetched_at: item.fetchedAt }),
  };
}

function fromReportItem(item: ReportItem): ResultItem {
  return {
    itemId: item.item_id,
    url: item.url,
    title: item.title,
    source: item.source,
    // The upper case of a type in lower case is the type.
    sourceType: item.source_type.toUpperCase() as SourceType,
    text: item.text,
    score: item.confidence,
    matchedKeywords: [...item.matched_keywords],
    ...present({ publishedAt: item.published_at, fetchedAt: item.fetched_at }),
  };
}
