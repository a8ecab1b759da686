// Writes schema.graphql and openapi.json as the gateway serves them, the table of docs/caching.md as the ports declare
// it, that of docs/graphql.md as the schema has it, that of docs/security.md as the use cases do, that of
// docs/request-path.md as the pipeline is, that of docs/operations.md from the metrics that there are, that of
// docs/redis.md from the declared keys, and the index of docs/decisions. Adds the addresses of new upstreams to .env.example and docker-compose.yml. Tests hold the committed
// files to it.
import { readFileSync, writeFileSync } from 'node:fs';
import { describeGateway } from '#gateway/describe';
import { accessTable } from '#tools/access-table';
import { cacheTable } from '#tools/cache-table';
import { decisionsIndex } from '#tools/decisions-index';
import { deprecationTable } from '#tools/deprecation-table';
import { readOptions } from '#tools/launcher/read-options';
import { metricsTable } from '#tools/metrics-table';
import { pipelineTable } from '#tools/pipeline-table';
import { redisTable } from '#tools/redis-table';
import { writeClient } from '#tools/sdk/write';
import { withUpstreams, withUpstreamsPassedOn } from '#tools/upstream-settings';

readOptions(
  'npm run schema:write   writes the schema, the documents of the API, the client and the tables of docs/ from the sources\n',
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

put('docs/caching.md', /\| Question [^]*?\n(?=\n)/, await cacheTable());
put('docs/request-path.md', /\| \| Stage [^]*?\n(?=\n)/, pipelineTable());
put('docs/graphql.md', /\| Deprecated [^]*?\n(?=\n)/, deprecationTable(graphql));
put('docs/security.md', /\| Endpoint [^]*?\n(?=\n)/, accessTable(doors));
put('docs/redis.md', /\| Key [^]*?\n(?=\n)/, await redisTable());
put('docs/operations.md', /\| Metric [^]*?\n(?=\n)/, metricsTable(metrics));

// An operation that does not fit the schema has no types.
if (!mistakes.length) await writeClient('.');

// The written files are valid, but a gateway does not start with invalid operations.
for (const { file, reason } of mistakes)
  process.stderr.write(`clients/${file} does not fit the schema: ${reason}\n`);
process.exitCode = mistakes.length ? 1 : 0;

/** Replaces the table that matches. */
function put(file: string, where: RegExp, table: string): void {
  rewrite(file, (text) => text.replace(where, () => `${table}\n`));
}

function rewrite(file: string, change: (text: string) => string): void {
  writeFileSync(file, change(readFileSync(file, 'utf8')));
}
