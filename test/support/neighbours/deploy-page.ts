import { readdirSync, readFileSync } from 'node:fs';

/**
 * The configuration files of a page of docs/deploy, which a spec of test/house compares with the page.
 * @returns their text by file name
 */
export function configsOf(page: string): ReadonlyMap<string, string> {
  const folder = `docs/deploy/${page.replace(/\.md$/, '')}`;
  return new Map(readdirSync(folder).map((name) => [name, readFileSync(`${folder}/${name}`, 'utf8')]));
}

/**
 * A configuration of a page, adapted for a test.
 * @param moves pairs of a text of the page and its replacement
 * @throws {Error} if the page does not contain the text, because the test would run another configuration
 */
export function moved(
  config: string,
  moves: readonly (readonly [words: string | RegExp, instead: string])[],
): string {
  return moves.reduce((text, [words, instead]) => {
    const pattern = typeof words === 'string' ? words : new RegExp(words, 'gm');
    if (typeof words === 'string' ? !text.includes(words) : text.search(pattern) < 0)
      throw new Error(`The page does not contain ${words}`);
    return text.replaceAll(pattern, () => instead);
  }, config);
}

/** The gateway addresses on every page of docs/deploy. */
const GATEWAYS = ['10.0.0.11:3000', '10.0.0.12:3000'] as const;

/** Replaces the page's two gateways; with one, lines about the other are removed. */
export function withGateways(config: string, gateways: readonly string[]): string {
  const [first, second] = gateways;
  const lines = config.split('\n').filter((line) => second || !line.includes(GATEWAYS[1]));
  const one = moved(lines.join('\n'), [[GATEWAYS[0], first!]]);
  return second ? moved(one, [[GATEWAYS[1], second]]) : one;
}
