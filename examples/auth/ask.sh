curl -sS http://127.0.0.1:4000/graphql \
  -H "authorization: Bearer $OPSLEDGER_TOKEN" \
  -H 'content-type: application/json' \
  -d '{ "query": "{ incidents { nodes { reference title services } } }" }'
