import { closeSync, existsSync, openSync, readdirSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { FOLDERS } from '#gateway/config/folders';
import { type Finding, ok, problem, reasonOf } from './finding.ts';
import type { Given } from './given.ts';

/**
 * Whether the user of this process can write the files that an earlier run has made, and read the folders of the program:
 * another user may own them. Files that settings name are read with the settings.
 */
export function checkFiles({ environment, config, data }: Given): Finding[] {
  const databases = data && !data.DATABASE_URL ? inFolder(resolve(data.DATA_DIR), /\.sqlite(-|$)/) : [];
  const jobs = config && !config.REDIS_URL && config.JOBS_FILE !== ':memory:' ? jobsFiles(config.JOBS_FILE) : [];
  const findings = [
    ...databases.flatMap((file) => writable('DATA_DIR', file)),
    ...jobs.flatMap((file) => writable('JOBS_FILE', file)),
    ...Object.entries(FOLDERS).flatMap(([name, byDefault]) => readable(name, environment[name], byDefault)),
  ];
  return findings.length ? findings : [ok('files', 'this user can read and write those that are there')];
}

/** The file, with the log that SQLite writes beside it. */
function jobsFiles(path: string): string[] {
  const [folder, name] = [dirname(resolve(path)), basename(path)];
  return inFolder(folder, /./).filter((file) => basename(file).startsWith(name));
}

/** A folder that is not there, or cannot be read, is another finding. */
function inFolder(folder: string, names: RegExp): string[] {
  try {
    return readdirSync(folder).flatMap((name) => (names.test(name) ? [join(folder, name)] : []));
  } catch {
    return [];
  }
}

function writable(setting: string, file: string): Finding[] {
  try {
    closeSync(openSync(file, 'r+'));
    return [];
  } catch (error) {
    const advice = 'Give it to the user that the process runs as, with chown, or run the process as its owner.';
    return [problem(`${setting} ${file}`, `cannot be written: ${reasonOf(error)}`, advice)];
  }
}

function readable(setting: string, given: string | undefined, byDefault: string): Finding[] {
  const folder = resolve(given?.trim() || byDefault);
  // Those of a build are made by the next one.
  if (!given?.trim() && !existsSync(folder)) return [];
  try {
    readdirSync(folder);
    return [];
  } catch (error) {
    const advice = `Give the user of this process the right to read it, or set another ${setting}.`;
    return [problem(`${setting} ${folder}`, `cannot be read: ${reasonOf(error)}`, advice)];
  }
}
