curl -sS http://127.0.0.1:4000/graphql \
  -H 'content-type: application/json' \
  -d '{
    "query": "mutation ($input: DeclareIncidentInput!) { declareIncident(input: $input) { incident { reference } errors { code message } } }",
    "variables": {
      "input": { "title": "Disk full on db-3", "severity": "P2", "services": ["db"], "idempotencyKey": "alert-4711" }
    }
  }'
