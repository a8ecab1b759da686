import { readdirSync, readFileSync } from 'node:fs';

const FOLDER = new URL('../docs/decisions/', import.meta.url);
const HEAD = `# Decisions

One choice a page, in about twenty lines: what was the case, what was decided, what it costs. The newest come last. A decision
that no longer holds says by which one it was replaced.
`;

/** The list of all decision records, in their order. @throws if one has no number or title as the others have */
export function decisionsIndex(): string {
  const files = readdirSync(FOLDER).filter((file) => /^\d{4}-.*\.md$/.test(file));
  const lines = files.toSorted().map((file) => {
    const [first = ''] = readFileSync(new URL(file, FOLDER), 'utf8').split('\n', 1);
    const [, number, title] = /^# (\d{4}): (.+)$/.exec(first) ?? [];
    if (number !== file.slice(0, 4)) throw new Error(`docs/decisions/${file} begins with '${first}'`);
    return `- [${number}](${file}): ${title}`;
  });
  return `${HEAD}\n${lines.join('\n')}\n`;
}
