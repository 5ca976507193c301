export AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local AWS_DEFAULT_REGION=us-east-1
endpoint=$(node -p 'JSON.parse(fs.readFileSync(".data/engine.json")).endpoint')
aws dynamodb query --endpoint-url "$endpoint" --table-name aegis-incidents --index-name GSI1 \
  --key-condition-expression 'GSI1PK = :status' \
  --expression-attribute-values '{ ":status": { "S": "STATUS#OPEN" } }'
