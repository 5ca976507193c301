/** The parts of a request as seed 002 writes them, as DynamoDB maps, and back. */
import type { JsonObject } from "../../../domain/kernel/json.js";
import type { Progress, RequestConfig, RequestNote, StatusChange } from "../../../domain/research/index.js";
import { present } from "../../../domain/kernel/present.js";
import { parseInstant } from "../../../domain/kernel/time.js";
import { fromHeld, toHeld, toHeldNumber } from "./held.js";

/** The seed writes words in lower case. */
export function toSeed(word: string): string {
  return word.toLowerCase();
}

/** What {@link toSeed} was given: all words of ours are in upper case. */
export function fromSeed<Word extends string>(word: string): Word {
  return word.toUpperCase() as Word;
}

/** The seed's `config`. */
export function toConfigMap(config: RequestConfig): JsonObject {
  return {
    keywords: config.keywords,
    sources: config.sources.map(({ name, baseUrl, sourceType }) => ({
      name,
      base_url: baseUrl,
      source_type: toSeed(sourceType),
    })),
    extraction_mode: toSeed(config.extractionMode),
    quality_threshold: toHeldNumber(config.qualityThreshold),
    batch_size: config.batchSize,
    max_retries: config.maxRetries,
    custom_params: toHeld(config.customParams),
  };
}

export interface ConfigMap {
  readonly keywords: string[];
  readonly sources: readonly { readonly name: string; readonly base_url: string; readonly source_type: string }[];
  readonly extraction_mode: string;
  readonly quality_threshold: number | string;
  readonly batch_size: number;
  readonly max_retries: number;
  readonly custom_params: JsonObject;
}

export function fromConfigMap(map: ConfigMap, maxPagesPerSource: number): RequestConfig {
  return {
    keywords: map.keywords,
    sources: map.sources.map(({ name, base_url: baseUrl, source_type: sourceType }) => ({
      name,
      baseUrl,
      sourceType: fromSeed(sourceType),
    })),
    extractionMode: fromSeed(map.extraction_mode),
    qualityThreshold: Number(map.quality_threshold),
    batchSize: map.batch_size,
    maxRetries: map.max_retries,
    maxPagesPerSource,
    customParams: { ...fromHeld(map.custom_params) },
  };
}

/** The seed's `progress`. */
export function toProgressMap(progress: Progress): JsonObject {
  return {
    current_stage: progress.stage,
    percentage: toHeldNumber(progress.percentage),
    urls_found: progress.urlsFound,
    content_extracted: progress.contentExtracted,
    processing_errors: progress.processingErrors,
    estimated_completion: progress.estimatedCompletion ?? null,
    last_updated: progress.updatedAt,
  };
}

export interface ProgressMap {
  readonly current_stage: string;
  readonly percentage: number | string;
  readonly urls_found: number;
  readonly content_extracted: number;
  readonly processing_errors: number;
  readonly estimated_completion: string | null;
  readonly last_updated: string;
}

export function fromProgressMap(map: ProgressMap): Progress {
  return present({
    stage: map.current_stage,
    percentage: Number(map.percentage),
    urlsFound: map.urls_found,
    contentExtracted: map.content_extracted,
    processingErrors: map.processing_errors,
    estimatedCompletion: map.estimated_completion ?? undefined,
    updatedAt: map.last_updated,
  });
}

/** The seed's `errors` and `warnings`: a time, and what there is to say. */
export function toNoteText({ at, message }: RequestNote): string {
  return `${at}: ${message}`;
}

/** Reads the seed's own, too, whose times have microseconds and no zone: they are UTC (defects R3 and R7). */
export function fromNoteText(text: string): RequestNote | undefined {
  const [, time = "", zone = "", message = ""] = /^(\S+?)(Z|[+-]\d{2}:\d{2})?: ([\s\S]*)$/.exec(text) ?? [];
  const at = parseInstant(`${time}${zone === "" ? "Z" : zone}`);
  return at === undefined ? undefined : { at, message };
}

/** The seed's `status_history`. */
export function toHistoryMap({ at, from, to, message }: StatusChange): JsonObject {
  return { timestamp: at, old_status: toSeed(from), new_status: toSeed(to), message };
}

export interface HistoryMap {
  readonly timestamp: string;
  readonly old_status: string;
  readonly new_status: string;
  readonly message: string;
}

export function fromHistoryMap(map: HistoryMap): StatusChange {
  return {
    at: map.timestamp,
    from: fromSeed(map.old_status),
    to: fromSeed(map.new_status),
    message: map.message,
  };
}
