/** Seed 002's example items and its creation script, as it spells them. */

/** Its times have no zone (defect R3), and it says `pending` of a request that is at 65 % and has results (defect R4). */
export const seedItem = {
  request_id: "req_1757412789250_a08ac7ad",
  project_id: "test-project-001",
  user_id: "test-user-123",
  request_type: "semaglutide_intelligence",
  status: "pending",
  status_message: null,
  priority: "high",
  processing_strategy: "table",
  config: {
    keywords: [
      "semaglutide",
      "tirzepatide",
      "wegovy",
      "obesity drug",
      "weight loss medication",
      "GLP-1 receptor agonist",
      "diabetes treatment",
      "clinical trials obesity",
    ],
    sources: [
      { name: "FDA", base_url: "https://www.fda.gov", source_type: "government" },
      { name: "NIH", base_url: "https://www.nih.gov", source_type: "academic" },
      { name: "ClinicalTrials.gov", base_url: "https://clinicaltrials.gov", source_type: "clinical" },
    ],
    extraction_mode: "summary",
    quality_threshold: 0.7,
    batch_size: 5,
    max_retries: 2,
    custom_params: {},
  },
  created_at: "2024-01-09T15:43:09.250000",
  updated_at: "2024-01-09T15:43:19.261000",
  started_at: "2024-01-09T15:43:09.251000",
  completed_at: null,
  progress: {
    current_stage: "content_extraction",
    percentage: 65.0,
    urls_found: 15,
    content_extracted: 12,
    processing_errors: 1,
    estimated_completion: "2024-01-09T15:45:00.000000",
    last_updated: "2024-01-09T15:43:15.000000",
  },
  results: {
    report_path: "reports/semaglutide_intelligence_req_1757412789250_a08ac7ad.json",
    summary: {
      executive_summary: "Mock analysis completed successfully",
      key_findings: ["Finding 1", "Finding 2"],
      total_sources: 3,
      total_content_items: 35,
    },
    execution_summary: {
      total_urls_discovered: 15,
      total_content_extracted: 12,
      processing_duration: 10.0,
      api_calls_made: 18,
      success_rate: 94.6,
    },
    intelligence_data: {
      regulatory_content: { count: 12, items: [] },
      clinical_content: { count: 15, items: [] },
      academic_content: { count: 8, items: [] },
    },
    structured_outputs: [],
    quality_metrics: { average_confidence: 0.85, high_quality_items: 28 },
    processing_metadata: {},
  },
  errors: ["2024-01-09T15:43:12.000000: Failed to extract content from URL xyz"],
  warnings: ["2024-01-09T15:43:10.000000: Low confidence score for source ABC"],
  processing_metadata: {
    test_run: true,
    timestamp: "2024-01-09T15:43:09.250000",
    status_history: [
      {
        timestamp: "2024-01-09T15:43:09.250000",
        old_status: "pending",
        new_status: "processing",
        message: "Started processing",
      },
    ],
  },
};

export const seedLog = {
  log_id: "log_1757412789250_001",
  request_id: "req_1757412789250_a08ac7ad",
  timestamp: "2024-01-09T15:43:09.250000",
  log_level: "INFO",
  message: "Request processing started",
  stage: "initialization",
  metadata: {
    worker_id: "table_processor_001",
    processing_node: "node-1",
  },
};

/** What its two `create-table` commands say: keys of the table, and of each index, all of which carry everything. */
export const seedTables = {
  market_intelligence_requests: {
    key: ["request_id"],
    indexes: {
      "user-index": ["user_id", "created_at"],
      "project-index": ["project_id", "created_at"],
      "status-index": ["status", "created_at"],
      "strategy-index": ["processing_strategy", "priority"],
    },
  },
  request_processing_logs: {
    key: ["log_id"],
    indexes: { "request-logs-index": ["request_id", "timestamp"] },
  },
} as const;
