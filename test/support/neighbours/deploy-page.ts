import { readdirSync, readFileSync } from 'node:fs';

/**
 * The configuration files of a page of docs/deploy, which shows them as they stand: a spec of test/house holds it to that.
 * @returns their text by file name
 */
export function configsOf(page: string): ReadonlyMap<string, string> {
  const folder = `docs/deploy/${page.replace(/\.md$/, '')}`;
  return new Map(readdirSync(folder).map((name) => [name, readFileSync(`${folder}/${name}`, 'utf8')]));
}

/**
 * A configuration of a page, moved to where a test runs it.
 * @param moves what the page says, and what stands there instead
 * @throws {Error} where the page does not say it: the test would run another configuration than it claims
 */
export function moved(
  config: string,
  moves: readonly (readonly [words: string | RegExp, instead: string])[],
): string {
  return moves.reduce((text, [words, instead]) => {
    const pattern = typeof words === 'string' ? words : new RegExp(words, 'gm');
    if (typeof words === 'string' ? !text.includes(words) : text.search(pattern) < 0)
      throw new Error(`The page does not say ${words}`);
    return text.replaceAll(pattern, () => instead);
  }, config);
}

/** The gateways that every page of docs/deploy names. */
const GATEWAYS = ['10.0.0.11:3000', '10.0.0.12:3000'] as const;

/** Puts gateways in the place of the page's two; with one, lines about the other are left out. */
export function withGateways(config: string, gateways: readonly string[]): string {
  const [first, second] = gateways;
  const lines = config.split('\n').filter((line) => second || !line.includes(GATEWAYS[1]));
  const one = moved(lines.join('\n'), [[GATEWAYS[0], first!]]);
  return second ? moved(one, [[GATEWAYS[1], second]]) : one;
}
