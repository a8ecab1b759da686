import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { loadConfig } from '#gateway/config/config';
import { configsOf } from '#test/support/neighbours/deploy-page';
import { ALL } from './all.ts';
import { type Abilities, PAGES_IDLE_SECONDS } from './deployed.ts';

const readme = readFileSync('docs/deploy/README.md', 'utf8');

const COLUMNS: readonly (keyof Abilities)[] = [
  'copies',
  'ages',
  'revalidates',
  'standsIn',
  'purges',
  'reloads',
  'reloadsSockets',
  'reloadsGapless',
  'http2',
  'spreads',
];

const cell = (ability: Abilities[keyof Abilities]): string =>
  ability === 0
    ? 'no cache'
    : ability === 2
      ? 'one for each wording'
      : ability === 1
        ? 'one'
        : ability
          ? 'yes'
          : 'no';

describe('docs/deploy', () => {
  it('says of each proxy what the tests hold', () => {
    for (const { name, can } of ALL)
      expect(readme).toContain(`| ${[name, ...COLUMNS.map((column) => cell(can[column]))].join(' | ')} |\n`);
  });

  it('has a page for each, which its index links, and which names its version where that is here', () => {
    for (const { page, program } of ALL) {
      expect(readme).toContain(`](${page})`);
      const text = readFileSync(`docs/deploy/${page}`, 'utf8');
      for (const config of configsOf(page).values()) expect(text).toContain(`\n${config}\`\`\`\n`);
      const version = program.version()?.replace(/-.*/, '');
      if (version) expect(readFileSync(`docs/deploy/${page}`, 'utf8')).toContain(` ${version} (Debian`);
    }
  });

  it('has idle timeouts that fit the defaults of the gateway', () => {
    const { STREAM_HEARTBEAT_MS, KEEP_ALIVE_TIMEOUT_MS, DRAIN_MS } = loadConfig({});
    expect(STREAM_HEARTBEAT_MS * 2).toBeLessThan(PAGES_IDLE_SECONDS * 1_000);
    expect(KEEP_ALIVE_TIMEOUT_MS).toBeGreaterThan(PAGES_IDLE_SECONDS * 1_000);
    expect([STREAM_HEARTBEAT_MS, KEEP_ALIVE_TIMEOUT_MS, DRAIN_MS]).toEqual([15_000, 72_000, 2_000]);
  });
});
