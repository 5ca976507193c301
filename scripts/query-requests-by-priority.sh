#!/bin/bash
# Research requests of a strategy, high priority first: scripts/query-requests-by-priority.sh [table | sqs]. Needs the AWS CLI and jq.
set -euo pipefail

STRATEGY=${1:-table}
TABLE=market_intelligence_requests
# Behind a prefix seed 002 writes its names with hyphens.
[ -z "${TABLE_PREFIX:-}" ] || TABLE="$TABLE_PREFIX${TABLE//_/-}"

aws dynamodb query \
  --table-name "$TABLE" \
  --index-name strategy-index \
  --key-condition-expression "processing_strategy = :strategy" \
  --expression-attribute-values "{ \":strategy\": {\"S\": \"$STRATEGY\"} }" \
  --no-scan-index-forward \
  --page-size 100 \
  | jq '.Items[] | {
      request_id: .request_id.S,
      priority: .priority.S,
      status: .status.S,
      created_at: .created_at.S
    }'
