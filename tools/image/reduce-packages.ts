// Reduces the packages that `npm ci --omit=dev` has installed to what processes load from node_modules: bundles hold the
// rest. Before, it writes the licences of all of them to THIRD_PARTY_LICENSES.txt, and reduces sbom.cdx.json, a bill of all
// locked packages, to them. The Dockerfile runs it.
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { billOf, type Bill } from './bill-of-materials.ts';
import { EXTERNAL, READ, REQUIRED, THREADED } from './unbundled.ts';
import { licencesOf } from './licences.ts';
import { closureOf, type LockedPackages } from './locked-packages.ts';

/** Files of packages that are not run. */
const NOT_RUN = /\.(map|d\.[mc]?ts|md|markdown|ts|flow)$|^(test|tests|docs|examples?|benchmarks?)$/i;

const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as { packages: LockedPackages };
const installed = Object.fromEntries(
  Object.entries(packages).filter(([folder, { devOptional }]) => folder && !devOptional && existsSync(folder)),
);
writeFileSync('THIRD_PARTY_LICENSES.txt', licencesOf('.', installed));
const bill = JSON.parse(readFileSync('sbom.cdx.json', 'utf8')) as Bill;
writeFileSync('sbom.cdx.json', JSON.stringify(billOf(bill, installed), undefined, 1));

const kept = [...closureOf(packages, [...EXTERNAL, ...THREADED, ...REQUIRED])];
const read = READ.map((folder) => `node_modules/${folder}`);
const isWithin = (path: string, folders: readonly string[]) =>
  folders.some((folder) => path === folder || path.startsWith(`${folder}/`));
const isAbove = (path: string, folders: readonly string[]) =>
  folders.some((folder) => folder.startsWith(`${path}/`));
/** The package of a path: a kept one may have others inside that are not. */
const packageOf = (path: string): string => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)/.exec(path)![1]!;

reduce('node_modules');

function reduce(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    const isKept = isWithin(path, read) || (kept.includes(packageOf(path)) && !NOT_RUN.test(entry.name));
    if (!isKept && !isAbove(path, [...kept, ...read])) rmSync(path, { recursive: true });
    else if (entry.isDirectory() && !isWithin(path, read)) reduce(path);
  }
}
