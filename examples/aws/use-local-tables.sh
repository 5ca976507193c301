export AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local AWS_DEFAULT_REGION=us-east-1
export AWS_ENDPOINT_URL=$(node -p 'JSON.parse(fs.readFileSync(".data/engine.json")).endpoint')
scripts/query-metrics.sh
scripts/query-metrics.sh 50 tutor
scripts/query-insights.sh stu_4532
