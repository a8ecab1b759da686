import { readdirSync, readFileSync } from 'node:fs';

const FOLDER = new URL('../docs/decisions/', import.meta.url);
const HEAD = `# Decisions

One decision per record, in at most 20 lines: its context, what was decided, what else was considered, what it costs. A record that no
longer holds names the one that supersedes it. A new record copies the form of the newest one; \`npm run schema:write\` writes this list.

| | Decision | Date | Status |
| --- | --- | --- | --- |
`;

/** A decision record. Numbers have four digits. */
export interface Decision {
  file: string;
  number: string;
  title: string;
  /** YYYY-MM-DD, of the decision. */
  date: string;
  status: 'accepted' | 'superseded';
  /** The numbers of the records that supersede this one, and of those that it supersedes, amends, or is amended by. */
  supersededBy: string[];
  supersedes: string[];
  amends: string[];
  amendedBy: string[];
  /** The sections in order: heading and text. */
  sections: { heading: string; text: string }[];
}

/** All decision records, by number. @throws if the head of one does not have the form of the others */
export function decisions(): Decision[] {
  const files = readdirSync(FOLDER).filter((file) => /^\d{4}-.*\.md$/.test(file));
  return files.toSorted().map((file) => parsed(file, readFileSync(new URL(file, FOLDER), 'utf8')));
}

/** The text of `docs/decisions/README.md`. */
export function decisionsIndex(): string {
  const rows = decisions().map(({ file, number, title, date, status, supersededBy }) => {
    const by = supersededBy.map((other) => linkTo(other)).join(', ');
    return `| [${number}](${file}) | ${title} | ${date} | ${status}${by && ` by ${by}`} |\n`;
  });
  return HEAD + rows.join('');
}

function linkTo(number: string): string {
  const file = readdirSync(FOLDER).find((name) => name.startsWith(`${number}-`));
  if (!file) throw new Error(`There is no decision ${number}.`);
  return `[${number}](${file})`;
}

function parsed(file: string, text: string): Decision {
  const [head = '', ...rest] = text.split(/^## /m);
  const [, number, title, date, status] =
    /^# (\d{4}): (.+)\n\n- Date: (\d{4}-\d\d-\d\d)\n- Status: (accepted|superseded)/.exec(head) ?? [];
  if (!number || number !== file.slice(0, 4)) throw new Error(`docs/decisions/${file} begins with:\n${head}`);
  const linked = (relation: string) => {
    const [, links = ''] = new RegExp(`^- ${relation} (.+)$`, 'm').exec(head) ?? [];
    return [...links.matchAll(/\[(\d{4})\]/g)].map(([, other]) => other!);
  };
  return {
    file,
    number,
    title: title!,
    date: date!,
    status: status as Decision['status'],
    supersededBy: linked('Status: superseded by'),
    supersedes: linked('Supersedes:'),
    amends: linked('Amends:'),
    amendedBy: linked('Amended by:'),
    sections: rest.map((section) => {
      const [heading = '', ...lines] = section.split('\n');
      return { heading, text: lines.join('\n').trim() };
    }),
  };
}
