import { existsSync, mkdtempSync, rmdirSync, statfsSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { filesOf } from '#gateway/config/config';
import { type Finding, ok, problem, reasonOf, warning } from './finding.ts';
import type { Given } from './given.ts';

const LITTLE_BYTES = 1_000_000_000;
const NO_BYTES = 100_000_000;

/** Whether data, files and jobs can be written, and have space. */
export function checkFolders({ config, data }: Given): Finding[] {
  const folders = new Map<string, string>();
  if (data && !data.DATABASE_URL) folders.set('DATA_DIR', data.DATA_DIR);
  if (config?.STORAGE_URL.kind === 'file') folders.set('STORAGE_URL', config.STORAGE_URL.folder);
  if (config && !config.REDIS_URL && config.JOBS_FILE !== ':memory:')
    folders.set('JOBS_FILE', dirname(config.JOBS_FILE));
  return [...folders].map(([setting, folder]) => checkFolder(setting, resolve(folder)));
}

function checkFolder(setting: string, folder: string): Finding {
  const parent = existing(folder);
  const about = `${setting} ${folder}`;
  try {
    if (!statSync(parent).isDirectory()) throw new Error(`${parent} is a file`);
    rmdirSync(mkdtempSync(join(parent, '.atrium-doctor-')));
  } catch (error) {
    return problem(
      about,
      `cannot be written: ${reasonOf(error)}`,
      `Give the user of this process the right to write ${parent}, or set another ${setting}.`,
    );
  }
  const { bavail, bsize } = statfsSync(parent);
  return spaceFinding(about, bavail * bsize);
}

/** Whether a folder that can be written has space. @param free in bytes */
export function spaceFinding(about: string, free: number): Finding {
  const space = `${(free / 1e9).toFixed(1)} GB are free`;
  if (free < NO_BYTES) return problem(about, `${space}: writes will fail`, 'Make space on that disk.');
  if (free < LITTLE_BYTES) return warning(about, `only ${space}`, 'Make space on that disk.');
  return ok(about, `can be written; ${space}`);
}

/** The folder itself, or the nearest one above that exists. */
const existing = (folder: string): string =>
  existsSync(folder) || folder === dirname(folder) ? folder : existing(dirname(folder));

/** Whether others than its owner can read or change a file with a secret. */
export function checkSecrets({ config }: Given): Finding[] {
  if (!config) return [];
  const { exposed } = filesOf(config);
  return [...exposed].map((file) =>
    warning(file, 'others on this machine can read or change this file with a secret', `chmod 600 ${file}`),
  );
}
