curl -sS http://127.0.0.1:4000/graphql \
  -H 'content-type: application/json' \
  -d '{
    "query": "mutation ($input: ChangeIncidentStatusInput!) { changeIncidentStatus(input: $input) { incident { reference status allowedTransitions } errors { code message } } }",
    "variables": { "input": { "incidentId": "INC-1", "to": "ACKNOWLEDGED", "reason": "On it" } }
  }'
