export AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local AWS_DEFAULT_REGION=us-east-1
export AWS_ENDPOINT_URL=$(node -p 'JSON.parse(fs.readFileSync(".data/engine.json")).endpoint')
scripts/query-requests.sh test-user-123
scripts/query-requests-by-priority.sh table
