import { spawnSync } from 'node:child_process';
import { accessSync, constants, globSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The folder that has both `initdb` and `postgres`, the newest if there are several; undefined for none. */
export function findPostgres(): string | undefined {
  return folders().find((folder) => ['initdb', 'postgres'].every((name) => isExecutable(join(folder, name))));
}

function folders(): string[] {
  const configured = spawnSync('pg_config', ['--bindir'], { encoding: 'utf8' }).stdout?.trim();
  const installed = globSync(['/usr/lib/postgresql/*/bin', '/opt/homebrew/opt/postgresql@*/bin']);
  const newestFirst = installed.sort((a, b) => b.localeCompare(a, 'en', { numeric: true }));
  const searched = (process.env['PATH'] ?? '').split(delimiter);
  return [...(configured ? [configured] : []), ...newestFirst, '/opt/homebrew/bin', ...searched].filter(Boolean);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
