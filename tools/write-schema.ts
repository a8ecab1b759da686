// Writes schema.graphql and openapi.json as the gateway serves them, and the table of docs/caching.md as the ports declare
// it. Tests hold the committed files to it.
import { readFileSync, writeFileSync } from 'node:fs';
import { describeGateway } from '#gateway/describe';
import { cacheTable } from '#tools/cache-table';

const { graphql, openapi } = await describeGateway();
writeFileSync('schema.graphql', graphql);
writeFileSync('openapi.json', openapi);

const page = readFileSync('docs/caching.md', 'utf8');
writeFileSync(
  'docs/caching.md',
  page.replace(/\| Question [^]*?\n(?=\n)/, () => `${cacheTable()}\n`),
);
