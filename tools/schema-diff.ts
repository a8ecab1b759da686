import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type Breaking, graphqlChanges, openapiChanges } from './schema-changes.ts';

const HELP = `Compares schema.graphql and openapi.json with the last released ones, in released/.

  npm run schema:diff     prints every change that could break a client; fails where one breaks an operation in use:
                          one of clients/, or any of REST

With a release, copy both files to released/.
`;

const { values } = parseArgs({ options: { help: { type: 'boolean', short: 'h' } } });
if (values.help) process.stdout.write(HELP);
else {
  const read = (file: string) => readFileSync(file, 'utf8');
  const changes = [
    ...graphqlChanges(read('released/schema.graphql'), read('schema.graphql'), 'clients'),
    ...openapiChanges(JSON.parse(read('released/openapi.json')), JSON.parse(read('openapi.json'))),
  ];
  for (const change of changes) process.stdout.write(`${lineOf(change)}\n`);
  const breaking = changes.filter(({ breaks }) => breaks.length);
  process.stdout.write(`${changes.length} breaking changes, ${breaking.length} of them of something in use\n`);
  process.exitCode = breaking.length ? 1 : 0;
}

function lineOf({ what, breaks }: Breaking): string {
  return breaks.length ? `BREAKS  ${what} It breaks: ${breaks.join(', ')}` : `unused  ${what}`;
}
