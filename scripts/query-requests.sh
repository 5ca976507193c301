#!/bin/bash
# Research requests of a user, or of a status, newest first: scripts/query-requests.sh [user id | status]. Needs the AWS CLI and jq.
set -euo pipefail

WANTED=${1:-pending}
case "$WANTED" in
  pending | processing | executing | completed | failed | cancelled) INDEX=status-index ATTRIBUTE=status ;;
  *) INDEX=user-index ATTRIBUTE=user_id ;;
esac
TABLE=market_intelligence_requests
# Behind a prefix seed 002 writes its names with hyphens.
[ -z "${TABLE_PREFIX:-}" ] || TABLE="$TABLE_PREFIX${TABLE//_/-}"

aws dynamodb query \
  --table-name "$TABLE" \
  --index-name "$INDEX" \
  --key-condition-expression "#attribute = :wanted" \
  --expression-attribute-names "{ \"#attribute\": \"$ATTRIBUTE\" }" \
  --expression-attribute-values "{ \":wanted\": {\"S\": \"$WANTED\"} }" \
  --no-scan-index-forward \
  --page-size 100 \
  | jq '.Items[] | {
      request_id: .request_id.S,
      request_type: .request_type.S,
      status: .status.S,
      priority: .priority.S,
      created_at: .created_at.S,
      percentage: .progress.M.percentage.N
    }'
