import { globSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';

/** The form that each script of `findings` begins with: its finding in one line, then an empty comment line. */
const HEADLINE = /^#!.*\n# (.+)\n#\n/;

/** The table of `findings/README.md`: the first line of each script. @throws if a script begins otherwise */
export function findingsTable(): string {
  const rows = globSync('findings/*.sh')
    .toSorted()
    .map((file) => {
      const [, finding] = HEADLINE.exec(readFileSync(file, 'utf8')) ?? [];
      if (finding === undefined) throw new Error(`${file} does not begin with its finding in one line, then "#".`);
      return `| [${basename(file)}](${basename(file)}) | ${finding.replaceAll('|', '\\|')} |`;
    });
  return ['| Script | What it shows |', '| --- | --- |', ...rows].join('\n');
}
