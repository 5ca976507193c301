aws dynamodb put-item \
  --table-name iops-dashboard-metrics \
  --item '{
    "entity_id": {"S": "stu_test_001"},
    "entity_type": {"S": "student"},
    "sessions_7d": {"N": "3"},
    "sessions_14d": {"N": "7"},
    "sessions_30d": {"N": "15"},
    "ib_calls_7d": {"N": "0"},
    "ib_calls_14d": {"N": "2"},
    "avg_rating": {"N": "4.5"},
    "health_score": {"N": "85"},
    "last_updated": {"S": "'$(date -u +%Y-%m-%dT%H:%M:%SZ)'"}
  }'
