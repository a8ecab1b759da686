import { readdirSync, readFileSync } from 'node:fs';
import { type Decision, decisions, decisionsIndex } from '#tools/decisions-index';
import { describe, expect, it } from '@jest/globals';

const FOLDER = new URL('../../docs/decisions/', import.meta.url);
const SECTIONS = ['Context', 'Decision', 'Alternatives', 'Consequences', 'Figures'];
const OPTIONAL = ['Alternatives', 'Figures'];
const MAX_LINES = 20;
const MAX_WIDTH = 132;
/** What a line between the title and the first section may be. */
const HEAD_LINE = /^- (Date|Status|Supersedes|Amends|Amended by): /;

const all = decisions();
/** The records that name `number` in `relation`. */
const naming = (relation: 'supersedes' | 'supersededBy' | 'amends' | 'amendedBy', number: string) =>
  all.filter((other) => other[relation].includes(number)).map((other) => other.number);

describe('the decision records', () => {
  it('are listed by docs/decisions/README.md (npm run schema:write)', () => {
    expect(readFileSync(new URL('README.md', FOLDER), 'utf8')).toBe(decisionsIndex());
  });

  it('are the only files of their folder, and have a number of their own each', () => {
    expect(readdirSync(FOLDER).toSorted()).toEqual([...all.map(({ file }) => file), 'README.md'].toSorted());
    const numbers = all.map(({ number }) => number);
    expect(numbers.filter((number, i) => numbers.indexOf(number) !== i)).toEqual([]);
  });
});

describe.each(all)('decision $file', (decision: Decision) => {
  const { number, date, status, sections } = decision;
  const text = readFileSync(new URL(decision.file, FOLDER), 'utf8');

  it('has a context, a decision, perhaps alternatives, consequences, perhaps figures, in this order', () => {
    const headings = sections.map(({ heading }) => heading);
    expect(headings).toEqual(SECTIONS.filter((name) => headings.includes(name) || !OPTIONAL.includes(name)));
    expect(sections.filter((section) => section.text === '')).toEqual([]);
    const head = text.split('\n\n')[1]!.split('\n');
    expect(head.filter((line) => !HEAD_LINE.test(line))).toEqual([]);
  });

  it('has a date that exists and is not in the future', () => {
    expect(new Date(`${date}T00:00:00Z`).toISOString().slice(0, 10)).toBe(date);
    expect(Date.parse(date)).toBeLessThan(Date.now() + 86_400_000);
  });

  it(`has at most ${MAX_LINES} lines of text`, () => {
    const lines = sections.flatMap((section) => section.text.split('\n').filter(Boolean));
    expect(lines.length).toBeLessThanOrEqual(MAX_LINES);
    expect(text.split('\n').filter((line) => line.length > MAX_WIDTH && !line.startsWith('- Amended'))).toEqual(
      [],
    );
  });

  it('is named by the records that it supersedes or amends, and by those that supersede or amend it', () => {
    expect(decision.supersedes.toSorted()).toEqual(naming('supersededBy', number));
    expect(decision.supersededBy.toSorted()).toEqual(naming('supersedes', number));
    expect(decision.amends.toSorted()).toEqual(naming('amendedBy', number));
    expect(decision.amendedBy.toSorted()).toEqual(naming('amends', number));
    expect(status === 'superseded').toBe(decision.supersededBy.length > 0);
  });
});
