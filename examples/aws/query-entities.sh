# Get by primary key
aws dynamodb get-item \
  --table-name iops-dashboard-metrics \
  --key '{
    "entity_id": {"S": "stu_test_001"},
    "entity_type": {"S": "student"}
  }'

# Query GSI for all students
aws dynamodb query \
  --table-name iops-dashboard-metrics \
  --index-name EntityTypeHealthIndex \
  --key-condition-expression "entity_type = :et" \
  --expression-attribute-values '{
    ":et": {"S": "student"}
  }'
