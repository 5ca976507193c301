aws dynamodb put-item \
  --table-name iops-dashboard-insights \
  --item '{
    "pk": {"S": "insight#stu_test_001"},
    "sk": {"S": "'$(date -u +%Y-%m-%dT%H:%M:%SZ)'"},
    "alert_id": {"S": "test_alert_001"},
    "entity_id": {"S": "stu_test_001"},
    "prediction_type": {"S": "low_health_score"},
    "risk_score": {"N": "45"},
    "explanation": {"S": "Test insight explanation"},
    "recommendations": {"L": [
      {"S": "Test recommendation 1"},
      {"S": "Test recommendation 2"}
    ]},
    "timestamp": {"S": "'$(date -u +%Y-%m-%dT%H:%M:%SZ)'"},
    "model_used": {"S": "test-model"},
    "ttl": {"N": "'$(($(date +%s) + 7776000))'"}
  }'
