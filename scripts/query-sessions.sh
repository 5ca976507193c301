#!/bin/bash
# Integration sessions, as seed 004 asks for them. Needs the AWS CLI and jq.
#   scripts/query-sessions.sh active [service]               all active ones of a service
#   scripts/query-sessions.sh session [user id] [service]    one of a user
#   scripts/query-sessions.sh user [user id]                 all of a user
set -euo pipefail

TABLE="${TABLE_PREFIX:-}beya-integration-sessions"
# No webhook: whoever knows its address may send to it.
SHOWN='{
    sessionId: .sessionId.S,
    status: .status.S,
    isActive: .isActive.BOOL,
    pollingIntervalMs: .pollingIntervalMs.N,
    lastPollAt: .lastPollAt.S,
    errorCount: .errorCount.N
  }'

case "${1:-active}" in
  active)
    aws dynamodb query \
      --table-name "$TABLE" \
      --index-name ServiceType-Index \
      --key-condition-expression "serviceType = :serviceType" \
      --filter-expression "isActive = :active" \
      --expression-attribute-values "{ \":serviceType\": {\"S\": \"${2:-gmail}\"}, \":active\": {\"BOOL\": true} }" \
      --page-size 100 \
      | jq ".Items[] | $SHOWN"
    ;;
  session)
    aws dynamodb get-item \
      --table-name "$TABLE" \
      --key "{ \"userId\": {\"S\": \"${2:-user123}\"}, \"serviceType\": {\"S\": \"${3:-gmail}\"} }" \
      | jq ".Item | $SHOWN"
    ;;
  user)
    aws dynamodb query \
      --table-name "$TABLE" \
      --key-condition-expression "userId = :userId" \
      --expression-attribute-values "{ \":userId\": {\"S\": \"${2:-user123}\"} }" \
      --page-size 100 \
      | jq ".Items[] | $SHOWN"
    ;;
  *)
    sed -n '3,5s/^# *//p' "$0" >&2
    exit 2
    ;;
esac
