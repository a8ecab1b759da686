import { cpSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { containerFiles } from './containers.ts';
import { exampleFiles } from './files.ts';
import { type Lock, lockOf, type Package, packageOf } from './packages.ts';
import { NewError, putRelease, readJson } from './release.ts';

/** What npm takes as the name of a package, without a scope. */
const NAME = /^[a-z0-9][a-z0-9._-]{0,213}$/;

/**
 * Makes a gateway without the shop: the files of this release, and an example of an upstream, a feature and an
 * operation.
 * @param target a folder that does not exist yet, or is empty; its name is that of the package
 * @param withTests the specs of Atrium that name no shop, too
 * @throws {NewError} where it cannot be made there; nothing was written
 */
export function make(root: string, target: string, withTests = false): void {
  const name = basename(target);
  if (!NAME.test(name)) {
    const rule =
      'lower-case letters, digits, hyphens, dots and underscores, the first of them a letter or a digit';
    throw new NewError(`${name || target} is not a package name: it may have ${rule}.`);
  }
  if (existsSync(target) && readdirSync(target).length) throw new NewError(`${target} exists and is not empty.`);
  if (!existsSync(dirname(target))) throw new NewError(`The folder ${dirname(target)} does not exist.`);
  mkdirSync(target, { recursive: true });
  const { version: release } = putRelease(root, target, withTests);
  const title = titleOf(name);
  const words: Record<string, string> = { title, release, folder: `../${name}` };
  for (const [file, text] of exampleFiles(root)) {
    put(
      join(target, file),
      text.replace(/\{\{(\w+)\}\}/g, (whole, word: string) => words[word] ?? whole),
    );
  }
  for (const [file, text] of containerFiles(root, name, title)) put(join(target, file), text);
  const own = packageOf(readJson<Package>(join(root, 'package.json')), name);
  put(join(target, 'package.json'), `${JSON.stringify(own, null, 2)}\n`);
  const lock = lockOf(readJson<Lock>(join(root, 'package-lock.json')), own);
  put(join(target, 'package-lock.json'), `${JSON.stringify(lock, null, 2)}\n`);
  cpSync(join(root, 'LICENSE'), join(target, 'LICENSE-ATRIUM'));
}

function put(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

/** `my-bff` as `My bff`. */
function titleOf(name: string): string {
  const words = name.replace(/[._-]+/g, ' ').trim();
  return words[0]!.toUpperCase() + words.slice(1);
}
