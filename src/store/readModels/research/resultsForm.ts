/** The results of a request as seed 002 writes them, as a DynamoDB map, and back. */
import type { Json, JsonObject } from "../../../domain/kernel/json.js";
import type { Results } from "../../../domain/research/index.js";
import { contentNames, itemsIn, sourceTypes, toQuality } from "../../../domain/research/index.js";
import { present } from "../../../domain/kernel/present.js";
import { fromHeldOutput, toHeldOutput } from "./held.js";

/** Parts of the results that the seed has no place for. */
export interface ResultsDetail extends Pick<Results, "tallies"> {
  readonly writtenBy?: string | undefined;
  readonly citations: readonly (readonly string[])[];
  readonly report: Pick<Results["report"], "bytes" | "sha256">;
}

export function toResultsDetail({ writtenBy, tallies, keyFindings, report }: Results): ResultsDetail {
  const { bytes, sha256 } = report;
  return { writtenBy, tallies, citations: keyFindings.map(({ citations }) => citations), report: { bytes, sha256 } };
}

/** The seed's `results`. */
export function toResultsMap(results: Results): JsonObject {
  const { tallies } = results;
  const { items, highQualityItems, averageConfidence = null, successRate = null } = toQuality(results);
  return {
    report_path: results.report.objectKey,
    summary: {
      executive_summary: results.executiveSummary,
      key_findings: results.keyFindings.map(({ text }) => text),
      total_sources: results.totalSources,
      total_content_items: items,
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
        const ofType = tallies.filter(({ sourceType }) => sourceType === type);
        // The items themselves are in the report (defect R8).
        return [contentNames[type], { count: itemsIn(ofType), items: [] }];
      }),
    ),
    structured_outputs: results.structuredOutputs.map((output) => toHeldOutput(output)),
    quality_metrics: {
      average_confidence: averageConfidence,
      high_quality_items: highQualityItems,
    },
    processing_metadata: {},
  };
}

export interface ResultsMap {
  readonly report_path: string;
  readonly summary: {
    readonly executive_summary: string;
    readonly key_findings: readonly string[];
    readonly total_sources: number;
  };
  readonly execution_summary: {
    readonly total_urls_discovered: number;
    readonly total_content_extracted: number;
    readonly processing_duration: number;
    readonly api_calls_made: number;
  };
  readonly structured_outputs: readonly Json[];
}

export function fromResultsMap(map: ResultsMap, { writtenBy, citations, tallies, report }: ResultsDetail): Results {
  const { summary, execution_summary: execution } = map;
  return present({
    executiveSummary: summary.executive_summary,
    keyFindings: summary.key_findings.map((text, index) => ({ text, citations: citations[index] ?? [] })),
    writtenBy,
    totalSources: summary.total_sources,
    tallies,
    urlsDiscovered: execution.total_urls_discovered,
    contentExtracted: execution.total_content_extracted,
    apiCalls: execution.api_calls_made,
    durationSeconds: execution.processing_duration,
    structuredOutputs: map.structured_outputs.map(fromHeldOutput),
    report: { objectKey: map.report_path, ...report },
  });
}
