import { createRequire } from 'node:module';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Exit code of a proof whose packages are not installed. */
export const NOT_INSTALLED = 75;

const folder = resolve(process.env['STUDY_PACKAGES'] ?? 'none');

/** Loads a package of study/packages/package.json. Without it the process ends with `NOT_INSTALLED` and the reason. */
export async function load<T>(name: string): Promise<T> {
  const require = createRequire(join(folder, 'package.json'));
  try {
    // Another version may lie in a folder above.
    if (!existsSync(folder)) throw new Error('run it by `npm run study`');
    return (await import(pathToFileURL(require.resolve(name)).href)) as T;
  } catch (error) {
    process.stdout.write(`${name} is not installed: ${process.env['STUDY_PACKAGES_FAILURE'] ?? String(error)}\n`);
    process.exit(NOT_INSTALLED);
  }
}

/** The programs of other releases of Node that are installed here, and that of the project, by which proofs run if no other is asked for. */
export function nodes(): { major: number; path: string }[] {
  const project = process.env['STUDY_NODE'] ?? process.execPath;
  const others = [10, 22, 24].map((major) => ({
    major,
    path: join(folder, `node_modules/node-${major}/bin/node`),
  }));
  return [
    ...others.filter(({ path }) => existsSync(path)),
    { major: Number(process.env['STUDY_MAJOR'] ?? process.versions.node.split('.')[0]), path: project },
  ];
}
