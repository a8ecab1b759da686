import { globSync } from 'node:fs';
import { basename } from 'node:path';

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
