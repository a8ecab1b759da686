import { globSync, readFileSync } from 'node:fs';
import { load } from '#study/support/packages';
import ts from 'typescript';

/** A regular expression that can take more than linear time. */
export interface SlowRegex {
  file: string;
  regex: RegExp;
  isExponential: boolean;
  /** The character whose repetition is the attack. */
  worst: string;
}

interface Report {
  exponential: boolean;
  /** One character that repeats, as a regular expression. */
  character: { literal: { source: string; flags: string } };
}

const SOURCES = ['src/**/*.{ts,tsx}', 'libs/*/src/**/*.{ts,tsx}'];
const NOT_RUN = /generated|\.(spec|fixture)\.tsx?$|testing/;

/**
 * Finds regular expressions that can backtrack for longer than their input is.
 * @param given those of the sources, if it is left out
 */
export async function slowRegexes(given?: readonly RegExp[]): Promise<{ count: number; slow: SlowRegex[] }> {
  const { analyse } = await load<{ analyse: (literal: RegExp) => { reports: readonly Report[] } }>('scslre');
  const files = given ? ['(given)'] : globSync(SOURCES, { exclude: (path) => NOT_RUN.test(path) });
  let count = 0;
  const slow: SlowRegex[] = [];
  for (const file of files) {
    for (const regex of given ?? literalsOf(file)) {
      // The analysis knows no sets of characters.
      if (regex.unicodeSets) continue;
      count += 1;
      const { reports } = analyse(regex);
      const [first] = reports;
      if (!first) continue;
      const isExponential = reports.some(({ exponential }) => exponential);
      slow.push({ file, regex, isExponential, worst: characterOf(first) });
    }
  }
  return { count, slow };
}

/** How long a regular expression takes for its worst character, this often, in milliseconds. */
export function attacked({ regex, worst }: SlowRegex, times: number): number {
  const text = `${worst.repeat(times)}\n!`;
  const startedAt = performance.now();
  text.replace(regex, '');
  return performance.now() - startedAt;
}

function characterOf({ character: { literal } }: Report): string {
  const candidates = [' ', '\t', '.', '"', '<', '/', '?', ';', 'a', 'A', '0', '_', '-'];
  const regex = new RegExp(`^(?:${literal.source})$`, literal.flags);
  return candidates.find((one) => regex.test(one)) ?? 'a';
}

function literalsOf(file: string): RegExp[] {
  const text = readFileSync(file, 'utf8');
  const found: RegExp[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isRegularExpressionLiteral(node)) {
      const end = node.text.lastIndexOf('/');
      found.push(new RegExp(node.text.slice(1, end), node.text.slice(end + 1)));
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, text, ts.ScriptTarget.Latest));
  return found;
}
