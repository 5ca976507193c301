curl -sS http://127.0.0.1:4000/graphql \
  -H 'content-type: application/json' \
  -H 'x-opsledger-actor: ana' \
  -d '{
    "query": "mutation ($input: DeclareIncidentInput!) { declareIncident(input: $input) { incident { reference status severity startedAt } errors { code message path } position } }",
    "variables": {
      "input": { "title": "Checkout answers with 502", "severity": "P1", "services": ["payment-service", "checkout"] }
    }
  }'
