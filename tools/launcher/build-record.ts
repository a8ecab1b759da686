import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isSource } from './is-source.ts';

/** The inputs and outputs of a build. It is written last: an interrupted build has none. */
interface BuildRecord {
  inputs: string;
  /** The size of each file, in bytes. */
  outputs: Record<string, number>;
}

/**
 * A hash of all inputs of a build: the content of its sources, and the Node version.
 * @param paths files, and folders, of which tests do not count; all must exist
 */
export function digestOf(paths: readonly string[]): string {
  const hash = createHash('sha256').update(process.version);
  for (const path of paths) {
    for (const file of statSync(path).isDirectory() ? filesIn(path).filter(isSource) : [path]) {
      const content = readFileSync(file);
      hash.update(`\0${file}\0${content.length}\0`).update(content);
    }
  }
  return hash.digest('hex');
}

/** Whether a folder has the complete output of these inputs. */
export function isBuiltOf(inputs: string, folder: string): boolean {
  const record = recordIn(folder);
  if (record?.inputs !== inputs) return false;
  return Object.entries(record.outputs).every(
    ([file, size]) => statSync(join(folder, file), { throwIfNoEntry: false })?.size === size,
  );
}

/** Records that a folder has the output of these inputs. */
export function noteBuilt(inputs: string, folder: string): void {
  const sizes = filesIn(folder).map((file) => [file.slice(folder.length + 1), statSync(file).size]);
  const record: BuildRecord = { inputs, outputs: Object.fromEntries(sizes) };
  writeFileSync(recordFile(folder), JSON.stringify(record));
}

const recordFile = (folder: string): string => join(folder, '.build.json');

function recordIn(folder: string): BuildRecord | undefined {
  if (!existsSync(recordFile(folder))) return undefined;
  try {
    return JSON.parse(readFileSync(recordFile(folder), 'utf8')) as BuildRecord;
  } catch {
    // It was not completely written.
    return undefined;
  }
}

function filesIn(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  return files.sort();
}
