import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LockedPackages } from './locked-packages.ts';

/**
 * The licences of installed packages as one text: each text once, below the packages that have it. Their authors require it
 * of whoever passes the packages on, bundled or not.
 * @param root of the project, with `node_modules`
 */
export function licencesOf(root: string, packages: LockedPackages): string {
  const byText = new Map<string, string[]>();
  for (const [folder, { version, license = 'no licence named' }] of Object.entries(packages)) {
    if (!folder) continue;
    const texts = globSync('{LICEN[CS]E,License,license,licence,COPYING,NOTICE}*', { cwd: join(root, folder) });
    const text = texts
      .sort()
      .map((name) => readFileSync(join(root, folder, name), 'utf8').trim())
      .join('\n\n');
    const title = `${folder.slice(folder.lastIndexOf('node_modules/') + 13)} ${version} (${license})`;
    const key = text || `It has no file of its licence, ${license}.`;
    byText.set(key, [...(byText.get(key) ?? []), title]);
  }
  const parts = [...byText].map(([text, titles]) => [[...new Set(titles)].sort().join('\n'), text] as const);
  return parts
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([titles, text]) => `${'-'.repeat(80)}\n${titles}\n\n${text}\n`)
    .join('\n');
}
