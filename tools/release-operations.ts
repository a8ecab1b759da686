import { readFileSync } from 'node:fs';
import { buildSchema } from 'graphql';
import { persistedOperationsIn } from '#gateway/transports/graphql/documents/persisted-operations';
import { SettingsError } from '#libs/process';
import { readOptions } from './launcher/read-options.ts';
import { releaseOperations } from './released-operations/release-operations.ts';

const HELP = `Keeps the operations of clients/ for ever, with a release.

  npm run release:operations    writes each text to released/operations/<sha256>.graphql, and adds the version of
                                package.json to its entry in released/operations.json

  --version   the release, in place of the version of package.json
  --help      prints this

Nothing is removed: installed apps request the texts by their hash. docs/operations-of-clients.md says how one is retired.
`;

const { values } = readOptions(HELP, { options: { version: { type: 'string' } } });
try {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  const schema = buildSchema(readFileSync('schema.graphql', 'utf8'));
  const operations = [...persistedOperationsIn('clients', schema).values()];
  for (const line of releaseOperations('released', operations, values.version ?? version, schema))
    process.stdout.write(`${line}\n`);
} catch (error) {
  if (!(error instanceof SettingsError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
