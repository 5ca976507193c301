#!/bin/bash
# The last ten insights about an entity, newest first: scripts/query-insights.sh [entity id]. Needs the AWS CLI and jq.
set -euo pipefail

ENTITY_ID=${1:-"stu_test_001"}

aws dynamodb query \
  --table-name "${TABLE_PREFIX:-}iops-dashboard-insights" \
  --key-condition-expression "pk = :pk" \
  --expression-attribute-values "{
    \":pk\": {\"S\": \"insight#$ENTITY_ID\"}
  }" \
  --no-scan-index-forward \
  --limit 10 \
  | jq '.Items[] | {
      timestamp: .timestamp.S,
      prediction_type: .prediction_type.S,
      risk_score: .risk_score.N,
      status: .status.S,
      explanation: .explanation.S
    }'
