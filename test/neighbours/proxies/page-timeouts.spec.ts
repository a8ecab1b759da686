import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { loadConfig } from '#gateway/config/config';
import { configsOf } from '#test/support/neighbours/deploy-page';
import { ALL } from './all.ts';

const readme = readFileSync('docs/deploy/README.md', 'utf8');

/** The cells of a proxy in the table of timeouts. */
const cellsOf = (name: string): string[] => {
  const table = readme.slice(readme.indexOf('| Proxy | Keeps idle connections'));
  const row = table.split('\n').find((line) => line.startsWith(`| ${name} |`))!;
  return row.split('|').map((cell) => cell.trim());
};

/** A time of the table: that of settings of the page, or the proxy's default, which no file of the page changes. */
interface Time {
  seconds: number | 'default';
  settings: string[];
}

/** The times of a cell: ``60 s `one`, `two`; default `three` ``. */
const timesOf = (cell: string): Time[] =>
  cell.split('; ').map((part) => {
    const [, time] = /^([\d.]+ s|default) `/.exec(part)!;
    const settings = [...part.matchAll(/`([^`]+)`/g)].map(([, name]) => name!);
    return { seconds: time === 'default' ? time : parseFloat(time!), settings };
  });

const UNITS: Record<string, number> = { ms: 0.001, s: 1, seconds: 1, m: 60 };

/** The values of a setting in a text, in seconds. */
const valuesIn = (text: string, setting: string): number[] =>
  [
    ...text.matchAll(new RegExp(`(?<![\\w-])${setting}(?:\\s*=\\s*| INT | )(\\d+) ?(ms|s\\b|seconds|m\\b)?`, 'g')),
  ].map(([, value, unit = 's']) => Number(value) * UNITS[unit]!);

/** The values of a setting in all files of a page; of ``first … then``, that of each line with the first word. */
function valuesOf(page: string, setting: string): (number | undefined)[] {
  const files = [...configsOf(page).values()].map((text) => text.replaceAll(/^\s*#.*$/gm, ''));
  const [line, inLine] = setting.split(' … ');
  if (!inLine) return files.flatMap((text) => valuesIn(text, setting));
  const lines = files.flatMap((text) => text.split('\n')).filter((one) => one.includes(line!));
  return lines.map((one) => valuesIn(one, inLine)[0]);
}

const MINUTE = 60;
/** A default of the table, in seconds; infinite where there is none. */
const defaultOf = (cell: string): number => {
  const [, value, unit] = /^(\d+) (s|min)/.exec(cell) ?? [];
  return value ? Number(value) * (unit === 'min' ? MINUTE : 1) : Infinity;
};

describe.each(ALL)('the timeouts of $name in docs/deploy', ({ name, page }) => {
  const [, , idleDefault, idle, silentDefault, silent, checks] = cellsOf(name) as [string, ...string[]];
  const { STREAM_HEARTBEAT_MS, KEEP_ALIVE_TIMEOUT_MS, DRAIN_MS } = loadConfig({});
  const columns = [idle!, silent!, ...(checks === 'no' ? [] : [checks!])];

  it('are those of each file of its page', () => {
    for (const { seconds, settings } of columns.flatMap(timesOf)) {
      for (const setting of settings) {
        const values = valuesOf(page, setting);
        if (seconds === 'default') expect([setting, values]).toStrictEqual([setting, []]);
        else expect([setting, ...new Set(values)]).toStrictEqual([setting, seconds]);
      }
    }
  });

  it('fit the defaults of the gateway', () => {
    const secondsIn = (cell: string, otherwise: string) =>
      timesOf(cell).map(({ seconds }) => (seconds === 'default' ? defaultOf(otherwise) : seconds || Infinity));
    expect(Math.max(...secondsIn(idle!, idleDefault!)) * 1_000).toBeLessThan(KEEP_ALIVE_TIMEOUT_MS);
    expect(Math.min(...secondsIn(silent!, silentDefault!)) * 1_000).toBeGreaterThan(2 * STREAM_HEARTBEAT_MS);
    if (checks !== 'no') expect(Math.max(...secondsIn(checks!, '')) * 1_000).toBeLessThan(DRAIN_MS);
    expect(idleDefault!.includes('longer')).toBe(
      defaultOf(idleDefault!) * 1_000 > KEEP_ALIVE_TIMEOUT_MS && /\d/.test(idleDefault!),
    );
  });
});
