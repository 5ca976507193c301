// Follows all incidents of a service over SSE: node examples/node/follow-sse.mjs payment-service
import { createClient } from "graphql-sse";

const url = process.env.OPSLEDGER_URL ?? "http://127.0.0.1:4000/graphql";
const client = createClient({ url: `${url}/stream` });
const query = `
  subscription ($filter: IncidentChangeFilter) {
    incidentChanged(filter: $filter) {
      matches
      entry { description incident { reference status severity } }
    }
  }`;

for await (const { data, errors } of client.iterate({ query, variables: { filter: { service: process.argv[2] } } })) {
  if (errors) throw new Error(errors[0].message);
  const { entry, matches } = data.incidentChanged;
  const { reference, status, severity } = entry.incident;
  console.log(reference, severity, status, entry.description, matches ? "" : "(no longer matches)");
}
