export AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local AWS_DEFAULT_REGION=us-east-1
export AWS_ENDPOINT_URL=$(node -p 'JSON.parse(fs.readFileSync(".data/engine.json")).endpoint')
scripts/query-sessions.sh active gmail
scripts/query-sessions.sh session user123 gmail
scripts/query-sessions.sh user user123
