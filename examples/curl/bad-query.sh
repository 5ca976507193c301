curl -sS http://127.0.0.1:4000/graphql \
  -H 'content-type: application/json' \
  -d '{ "query": "{ incidents(first: 1000) { nodes { reference } } }" }'
