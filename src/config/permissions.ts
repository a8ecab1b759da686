import { existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Capability, Permissions } from '#libs/confinement';
import { FOLDERS } from './folders.ts';

/** What the process reads of the system: names of hosts, and its own memory, files and limits for the metrics. */
const OF_SYSTEM = ['/etc/hosts', '/proc/self/fd', '/proc/self/limits', '/proc/self/status'];

/**
 * What a gateway needs of the system, by its settings: its program, the files and folders that they name, the network, threads,
 * the native code of images, and the inspector, by which profiles are taken and a blocked event loop is seen. It starts
 * programs only as workers, or to scan files. Makes the folders that it may write: Node knows no folder that is not there.
 * @param program the folder of the compiled program, for example `/atrium/dist`
 */
export function permissionsFor(environment: NodeJS.ProcessEnv, program: string): Permissions {
  const set = (name: string) => environment[name]?.trim() || undefined;
  const read = [
    ...OF_SYSTEM,
    program,
    join(program, '../node_modules'),
    join(program, '../package.json'),
    ...Object.entries(FOLDERS).flatMap(([name, byDefault]) => folderAt(resolve(set(name) ?? byDefault))),
    ...filesNamedIn(environment),
  ];
  // Systemd's credentials.
  const credentials = set('CREDENTIALS_DIRECTORY');
  if (credentials) read.push(resolve(credentials));
  return { read, write: writtenBy(set), capabilities: capabilitiesFor(set) };
}

function capabilitiesFor(set: (name: string) => string | undefined): Capability[] {
  const startsPrograms = (set('WORKERS') ?? '1') !== '1' || set('SCAN_URL')?.startsWith('exec:');
  return ['net', 'worker', 'addons', 'inspector', ...(startsPrograms ? (['child-process'] as const) : [])];
}

function writtenBy(set: (name: string) => string | undefined): string[] {
  // The log opens the pipe that standard output is once more.
  const written = ['/proc/self/fd/1'];
  const addFolder = (path: string) => {
    make(path);
    written.push(path);
  };
  const folder = /^file:(?:\/\/(?=\/))?(.+)$/.exec(set('STORAGE_URL') ?? 'file:.data/files')?.[1];
  if (folder) addFolder(resolve(folder));
  const jobs = set('JOBS_FILE') ?? '.data/jobs.sqlite';
  if (!set('REDIS_URL') && jobs !== ':memory:') {
    make(dirname(resolve(jobs)));
    // With the log that SQLite writes beside it.
    written.push(`${resolve(jobs)}*`);
  }
  // Node does not even read a cache that it may not write.
  const cache = set('NODE_COMPILE_CACHE');
  if (cache) addFolder(resolve(cache));
  return written;
}

/** To Node a folder that is not there is a file: without the second, looking into it would be denied rather than find nothing. */
const folderAt = (path: string) => [path, join(path, '*')];

/** One that cannot be made is reported with the setting that names it. */
function make(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch {}
}

/** The files that settings name, and those that these name in turn, such as certificates. */
function filesNamedIn(environment: NodeJS.ProcessEnv): string[] {
  const files = Object.entries(environment)
    .filter(([name, value]) => name.endsWith('_FILE') && name !== 'JOBS_FILE' && value?.trim())
    .map(([, value]) => resolve(value!.trim()))
    .filter((path) => !isFolder(path));
  return [...files, ...files.flatMap(namedInFile)];
}

/** One that is named in place of a file would open all that is below it, `/` the whole system. */
const isFolder = (path: string): boolean => existsSync(path) && statSync(path).isDirectory();

const NAMES_FILE = /^(?:ca|cert|key)$|File$/;

function namedInFile(path: string): string[] {
  const found: string[] = [];
  try {
    JSON.parse(readFileSync(path, 'utf8'), (key, value: unknown) => {
      if (typeof value === 'string' && NAMES_FILE.test(key) && existsSync(value) && !isFolder(value))
        found.push(resolve(value));
      return value;
    });
  } catch {
    // It is a PEM file or a secret, or is reported with the setting that names it.
  }
  return found;
}
