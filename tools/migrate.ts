import { globSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { EXIT_CONFIG, readSettings, SettingsError } from '#libs/process';
import { storageSettings } from '#libs/service';
import { type Migration, migrateStorage, StorageError } from '#libs/storage';
import { z } from 'zod';
import { EXIT_USAGE } from './launcher/read-options.ts';
import { COMMANDS, type Options, readOptions } from './migrate/options.ts';

// Shows, runs or undoes the migrations of services, which run their new ones by themselves at start.
const services = globSync('apps/*/migrations.ts')
  .map((file) => basename(dirname(file)))
  .sort();

async function run({ command, services: named }: Options): Promise<void> {
  const { DATABASE_URL: databaseUrl, DATA_DIR: dataDir } = readSettings(z.object(storageSettings), process.env);
  for (const name of named) {
    const { migrations } = (await import(`#apps/${name}/migrations`)) as { migrations: Record<string, Migration> };
    const lines = await migrateStorage({ name, databaseUrl, dataDir, migrations }, COMMANDS[command]);
    for (const line of lines) process.stdout.write(`${name.padEnd(10)} ${line}\n`);
  }
}

const options = readOptions(process.argv.slice(2), services);
if (typeof options === 'string') {
  process[process.argv.includes('--help') ? 'stdout' : 'stderr'].write(options);
  process.exitCode = process.argv.includes('--help') ? 0 : EXIT_USAGE;
} else {
  await run(options).catch((error: unknown) => {
    if (!(error instanceof StorageError || error instanceof SettingsError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = error instanceof SettingsError ? EXIT_CONFIG : 1;
  });
}
