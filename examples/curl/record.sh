curl -sS http://127.0.0.1:4000/graphql \
  -H 'content-type: application/json' \
  -d '{
    "query": "mutation ($input: RecordActivityInput!) { recordActivity(input: $input) { entity { entityId healthScore metrics { sessions7d avgRating } } repeated errors { code message path } } }",
    "variables": { "input": { "entityId": "stu_4532", "kind": "rating", "value": 4.5 } }
  }'
