import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { releaseFiles } from './files.ts';
import type { Package } from './packages.ts';
import { type ReleasePackage, releasePackage, takePackage } from './take-package.ts';

/** The files of a release in a gateway, with their hashes: `.atrium.json`. */
export interface Release {
  version: string;
  /** SHA-256 of each file, by its path. */
  files: Record<string, string>;
  /** What its `package.json` had. */
  package?: ReleasePackage;
}

/** The path of this file. */
export const RELEASE_FILE = '.atrium.json';

/** An error for the user, printed without a stack: nothing was changed. */
export class NewError extends Error {
  override readonly name = 'NewError';
}

/** Copies the files of this release into a gateway. @param withTests also the specs that do not depend on the shop */
export function putRelease(root: string, target: string, withTests = false): Required<Release> {
  const files = releaseFiles(root, withTests);
  for (const file of files) {
    mkdirSync(dirname(join(target, file)), { recursive: true });
    cpSync(join(root, file), join(target, file));
  }
  const atrium = readJson<Package>(join(root, 'package.json'));
  const release = {
    version: atrium.version,
    files: Object.fromEntries(files.map((file) => [file, hashOf(join(root, file))])),
    package: releasePackage(atrium),
  };
  writeFileSync(join(target, RELEASE_FILE), `${JSON.stringify(release, null, 2)}\n`);
  return release;
}

/**
 * Brings a gateway to this release: replaces its files, removes deleted ones, and updates its packages and scripts.
 * @returns also what was changed in `package.json`
 * @throws {NewError} if there is no gateway, or files of its release were edited; it names them
 */
export function update(root: string, target: string): Release & { packages: string[] } {
  const kept = join(target, RELEASE_FILE);
  if (!existsSync(kept))
    throw new NewError(`${target} has no ${RELEASE_FILE}: it was not created by npm run new.`);
  const before = readJson<Release>(kept);
  const edited = Object.entries(before.files)
    .filter(([file, hash]) => existsSync(join(target, file)) && hashOf(join(target, file)) !== hash)
    .map(([file]) => file);
  const added = releaseFiles(root, false).filter((file) => !before.files[file] && existsSync(join(target, file)));
  if (edited.length || added.length) {
    const lines = [
      ...edited.map((file) => `  ${file}: was edited`),
      ...added.map((file) => `  ${file}: is new in this release, but exists`),
    ];
    throw new NewError(`Nothing was changed. Move these files first:\n${lines.join('\n')}`);
  }
  for (const file of Object.keys(before.files)) rmSync(join(target, file), { force: true });
  const release = putRelease(root, target);
  const file = join(target, 'package.json');
  const own = readJson<Package>(file);
  const packages = takePackage(own, before.package, release.package);
  if (packages.length) writeFileSync(file, `${JSON.stringify(own, null, 2)}\n`);
  return { ...release, packages };
}

/** Reads a JSON file of a known type. */
export const readJson = <T>(file: string): T => JSON.parse(readFileSync(file, 'utf8')) as T;

const hashOf = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('base64url');
