// Writes what is generated from the sources and committed: the schema and the documents of the API, the tables of docs/ and findings/,
// the index of docs/decisions, the generated files of the client, and the addresses of new upstreams in .env.example and
// docker-compose.yml. Specs of test/house compare the committed files with the sources.
import { readFileSync, writeFileSync } from 'node:fs';
import { describeGateway } from '#gateway/describe';
import { accessTable } from '#tools/access-table';
import { cacheTable } from '#tools/cache-table';
import { decisionsIndex } from '#tools/decisions-index';
import { deprecationTable } from '#tools/deprecation-table';
import { findingsTable } from '#tools/findings-table';
import { readOptions } from '#tools/launcher/read-options';
import { metricsTable } from '#tools/metrics-table';
import { pipelineTable } from '#tools/pipeline-table';
import { redisTable } from '#tools/redis-table';
import { replaceTable } from '#tools/replace-table';
import { writeClient } from '#tools/sdk/write';
import { withUpstreams, withUpstreamsPassedOn } from '#tools/upstream-settings';

readOptions(
  'npm run schema:write   writes the schema, the documents of the API, the client and the tables of docs/ and findings/ from the sources\n',
  {},
);

const { graphql, openapi, openapi32, asyncapi, doors, metrics, mistakes } = await describeGateway();
writeFileSync('schema.graphql', graphql);
writeFileSync('openapi.json', openapi);
writeFileSync('openapi.3.2.json', openapi32);
writeFileSync('asyncapi.json', asyncapi);

writeFileSync('docs/decisions/README.md', decisionsIndex());
rewrite('.env.example', withUpstreams);
rewrite('docker-compose.yml', withUpstreamsPassedOn);

const tables = {
  'docs/caching.md': await cacheTable(),
  'docs/request-path.md': pipelineTable(),
  'docs/graphql.md': deprecationTable(graphql),
  'docs/security.md': accessTable(doors),
  'docs/redis.md': await redisTable(),
  'docs/operations.md': metricsTable(metrics),
  'findings/README.md': findingsTable(),
};
for (const [page, table] of Object.entries(tables)) rewrite(page, (text) => replaceTable(text, table));

// An operation that does not fit the schema has no types.
if (!mistakes.length) await writeClient('.');

// The written files are valid, but a gateway does not start with invalid operations.
for (const { file, reason } of mistakes)
  process.stderr.write(`clients/${file} does not fit the schema: ${reason}\n`);
process.exitCode = mistakes.length ? 1 : 0;

function rewrite(file: string, change: (text: string) => string): void {
  writeFileSync(file, change(readFileSync(file, 'utf8')));
}
