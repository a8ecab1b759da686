import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { releaseFiles } from './files.ts';
import type { Package } from './packages.ts';

/** Where a gateway keeps which files are of a release, and what they were: `.atrium.json`. */
export interface Release {
  version: string;
  /** SHA-256 of each file, by its path. */
  files: Record<string, string>;
}

/** The file of a gateway that has its release. */
export const RELEASE_FILE = '.atrium.json';

/** What a team is told instead of a stack: nothing was changed. */
export class NewError extends Error {
  override readonly name = 'NewError';
}

/** Puts the files of this release into a gateway. @param withTests the specs that name no shop, too */
export function putRelease(root: string, target: string, withTests = false): Release {
  const files = releaseFiles(root, withTests);
  for (const file of files) {
    mkdirSync(dirname(join(target, file)), { recursive: true });
    cpSync(join(root, file), join(target, file));
  }
  const { version } = readJson<Package>(join(root, 'package.json'));
  const release = { version, files: Object.fromEntries(files.map((file) => [file, hashOf(join(root, file))])) };
  writeFileSync(join(target, RELEASE_FILE), `${JSON.stringify(release, null, 2)}\n`);
  return release;
}

/**
 * Brings a gateway to this release: replaces the files of its own, removes what is no longer there, and takes our versions of
 * the packages that both need.
 * @throws {NewError} where there is no gateway, or files of its release were edited; it names them
 */
export function update(root: string, target: string): Release & { packages: string[] } {
  const kept = join(target, RELEASE_FILE);
  if (!existsSync(kept)) throw new NewError(`${target} has no ${RELEASE_FILE}: it was not made by npm run new.`);
  const before = readJson<Release>(kept);
  const edited = Object.entries(before.files)
    .filter(([file, hash]) => existsSync(join(target, file)) && hashOf(join(target, file)) !== hash)
    .map(([file]) => file);
  const added = releaseFiles(root, false).filter((file) => !before.files[file] && existsSync(join(target, file)));
  if (edited.length || added.length) {
    const lines = [
      ...edited.map((file) => `  ${file}: was edited`),
      ...added.map((file) => `  ${file}: is new in this release, and there already`),
    ];
    throw new NewError(`Nothing was changed. Take these out of the way first:\n${lines.join('\n')}`);
  }
  for (const file of Object.keys(before.files)) rmSync(join(target, file), { force: true });
  return { ...putRelease(root, target), packages: takeVersions(root, target) };
}

/** @returns the packages whose version was changed */
function takeVersions(root: string, target: string): string[] {
  const [ours, theirs] = [root, target].map((folder) => readJson<Package>(join(folder, 'package.json')));
  const changed: string[] = [];
  for (const kind of ['dependencies', 'devDependencies', 'optionalDependencies'] as const) {
    for (const [name, version] of Object.entries(ours![kind])) {
      const known = theirs![kind][name];
      if (known === undefined || known === version) continue;
      theirs![kind][name] = version;
      changed.push(`${name} ${version}`);
    }
  }
  if (changed.length) writeFileSync(join(target, 'package.json'), `${JSON.stringify(theirs, null, 2)}\n`);
  return changed;
}

/** A JSON file as what it is known to be. */
export const readJson = <T>(file: string): T => JSON.parse(readFileSync(file, 'utf8')) as T;

const hashOf = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('base64url');
