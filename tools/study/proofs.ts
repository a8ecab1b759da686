import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** A proof of the study guide and its page. */
export interface Proof {
  /** As in `npm run study -- name`. */
  name: string;
  file: string;
  page: string;
}

/** All proofs, in the order of their pages. */
export function proofs(): Proof[] {
  return globSync('study/[0-9][0-9]-*.ts')
    .sort()
    .map((file) => {
      const numbered = basename(file, '.ts');
      return { name: numbered.slice(3), file, page: `docs/study/${numbered}.md` };
    });
}

/** A file of `study/` with those that it imports there. */
export function filesOf(file: string, found = new Set<string>()): Set<string> {
  found.add(file);
  for (const [, path] of readFileSync(file, 'utf8').matchAll(/ from '(\.\/[^']+\.ts|#study\/[^']+)'/g)) {
    const imported = path!.startsWith('#') ? `${path!.slice(1)}.ts` : join(dirname(file), path!);
    if (!found.has(imported) && existsSync(imported)) filesOf(imported, found);
  }
  return found;
}
