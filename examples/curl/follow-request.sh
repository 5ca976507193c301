curl -sSN http://127.0.0.1:4000/graphql/stream \
  -H 'content-type: application/json' \
  -d "{
    \"query\": \"subscription (\$id: ID!) { requestProgress(id: \$id) { change progress { stage percentage } logs { level message } position } }\",
    \"variables\": { \"id\": \"$REQUEST_ID\" }
  }"
