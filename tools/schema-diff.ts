import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { describeGateway } from '#gateway/describe';
import { type Acceptance, verdictOn } from '#tools/schema-changes/accepted';
import { graphqlChanges } from '#tools/schema-changes/graphql-changes';
import { openapiChanges, type OpenApi } from '#tools/schema-changes/openapi-changes';

const HELP = `Compares the API of the sources with the last release, in released/.

  npm run schema:diff     prints every change of the GraphQL schema and the OpenAPI document that a client could notice, with
                          the affected operations in released/clients; fails if one is breaking and not accepted,
                          or if an operation in clients/ does not match the schema

A change is accepted, with its reason, in released/accepted.json, in the words in which it is printed.
With a release, copy schema.graphql, openapi.json and clients/ to released/, and empty released/accepted.json.
`;

const { values } = parseArgs({ options: { help: { type: 'boolean', short: 'h' } } });
if (values.help) process.stdout.write(HELP);
else {
  const read = (file: string) => readFileSync(`released/${file}`, 'utf8');
  const { graphql, openapi, mistakes } = await describeGateway('clients');
  const wrong = mistakes.map(({ file }) => file.replace(/\.graphql$/, ''));
  const changes = [
    ...graphqlChanges(read('schema.graphql'), graphql, 'released/clients'),
    ...openapiChanges(JSON.parse(read('openapi.json')) as OpenApi, JSON.parse(openapi) as OpenApi, wrong),
  ];
  const { lines, isAcceptable } = verdictOn(
    changes,
    JSON.parse(read('accepted.json')) as Acceptance[],
    mistakes.map(({ file, reason }) => `clients/${file}: ${reason}`),
  );
  for (const line of lines) process.stdout.write(`${line}\n`);
  process.exitCode = isAcceptable ? 0 : 1;
}
