curl -sS http://127.0.0.1:4000/graphql \
  -H 'content-type: application/json' \
  -H 'x-opsledger-actor: ana' \
  -d '{
    "query": "mutation ($input: SubmitRequestInput!) { submitRequest(input: $input) { request { requestId status deadlineAt } existing errors { code message path } } }",
    "variables": {
      "input": {
        "projectId": "test-project-001",
        "requestType": "semaglutide_intelligence",
        "priority": "HIGH",
        "config": {
          "keywords": ["semaglutide", "tirzepatide"],
          "sources": [{ "name": "FDA", "baseUrl": "https://www.fda.gov", "sourceType": "GOVERNMENT" }],
          "maxPagesPerSource": 5
        },
        "dedupeKey": "semaglutide-daily"
      }
    }
  }'
