import { readFileSync } from 'node:fs';
import { describeGateway } from '#gateway/describe';
import { type Acceptance, verdictOn } from '#tools/schema-changes/accepted';
import { graphqlChanges } from '#tools/schema-changes/graphql-changes';
import type { OpenApi } from '#tools/schema-changes/openapi';
import { openapiChanges } from '#tools/schema-changes/openapi-changes';
import { brokenOperations, keptOperations } from '#tools/schema-changes/released';
import { readUsage, type Usage, usageLines } from '#tools/schema-changes/used';
import { SettingsError } from '#libs/process';
import { readOptions } from '#tools/launcher/read-options';
import { buildSchema } from 'graphql';

const HELP = `Compares the API of the sources with the last release, in released/.

  npm run schema:diff                        prints every change of the GraphQL schema and the OpenAPI document that a
                                             client could notice, with the affected operations of released clients;
                                             fails if one is breaking and not accepted, if a released operation does not
                                             fit the schema any more, or if one in clients/ does not
  npm run schema:diff -- --used usage.json   also prints which versions of clients the breaking changes break, and what
                                             share of the calls, of GraphQL and REST, that is; usage.json is an answer of the admin port:
                                             GET /admin/usage?day=yesterday

A change is accepted, with its reason, in released/accepted.json, in the words in which it is printed.
With a release, run npm run release:operations, copy schema.graphql and openapi.json to released/, and empty
released/accepted.json.
`;

const { values } = readOptions(HELP, { options: { used: { type: 'string' } } });
process.exitCode = await compare(values.used).catch((error: unknown) => {
  if (!(error instanceof SettingsError)) throw error;
  process.stderr.write(`${error.message}\n`);
  return 1;
});

/** Prints the report. @returns the exit code */
async function compare(usageFile: string | undefined): Promise<number> {
  let usage: Usage | undefined;
  try {
    usage = usageFile === undefined ? undefined : readUsage(readFileSync(usageFile, 'utf8'));
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    return 1;
  }
  const read = (file: string) => readFileSync(`released/${file}`, 'utf8');
  const { graphql, openapi, mistakes } = await describeGateway('clients');
  const wrong = mistakes.map(({ file }) => file.replace(/\.graphql$/, ''));
  const [old, now] = [buildSchema(read('schema.graphql')), buildSchema(graphql)];
  const released = keptOperations('released', old);
  const document = JSON.parse(read('openapi.json')) as OpenApi;
  const changes = [
    ...graphqlChanges(read('schema.graphql'), graphql, released),
    ...openapiChanges(document, JSON.parse(openapi) as OpenApi, wrong),
  ];
  const { lines, isAcceptable } = verdictOn(changes, JSON.parse(read('accepted.json')) as Acceptance[], [
    ...mistakes.map(({ file, reason }) => `clients/${file}: ${reason}`),
    ...brokenOperations(released, old, now),
  ]);
  const used = usage ? usageLines(changes, usage, document) : [];
  for (const line of [...lines, ...used]) process.stdout.write(`${line}\n`);
  return isAcceptable ? 0 : 1;
}
