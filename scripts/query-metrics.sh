#!/bin/bash
# All entities of a type whose health score is below a number: scripts/query-metrics.sh [score] [type]. Needs the AWS CLI and jq.
set -euo pipefail

HEALTH_BELOW=${1:-70}
ENTITY_TYPE=${2:-student}

aws dynamodb query \
  --table-name "${TABLE_PREFIX:-}iops-dashboard-metrics" \
  --index-name EntityTypeHealthIndex \
  --key-condition-expression "entity_type = :et AND health_score < :hs" \
  --expression-attribute-values "{
    \":et\": {\"S\": \"$ENTITY_TYPE\"},
    \":hs\": {\"N\": \"$HEALTH_BELOW\"}
  }" \
  --page-size 100 \
  | jq '.Items[] | {
      entity_id: .entity_id.S,
      health_score: .health_score.N,
      sessions_7d: .sessions_7d.N,
      ib_calls_14d: .ib_calls_14d.N
    }'
