import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RealShop } from '#test/support/real-shop';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';

jest.setTimeout(60_000);

const shells = [...readFileSync('README.md', 'utf8').matchAll(/^```sh\n([^]*?)^```$/gm)].map(([, text]) => text!);
const blockWith = (part: string) => shells.find((text) => text.includes(part))!;
const folder = mkdtempSync(join(tmpdir(), 'atrium-readme-'));

let shop: RealShop;
beforeAll(async () => {
  shop = await RealShop.open();
});
afterAll(async () => {
  await shop?.close();
  rmSync(folder, { recursive: true });
});

/** Runs lines of the README as the customer Ada. @returns their output, and what they print at the end */
function run(lines: string, env: NodeJS.ProcessEnv = {}) {
  const TOKEN = shop.access.of('u1').authorization.replace('Bearer ', '');
  const script = lines.replaceAll('127.0.0.1:3000', new URL(shop.url).host);
  const { stdout, stderr, status } = spawnSync('sh', ['-c', script], {
    cwd: folder,
    env: { ...process.env, TOKEN, ...env },
    encoding: 'utf8',
  });
  return { stdout, stderr, status };
}

describe('the export of the README, by curl', () => {
  it('is watched to its end, shows a progress bar, and goes on where a download was stopped', async () => {
    const watched = run(`${blockWith('/v1/orders/exports')}\necho "JOB $JOB"`);
    expect(watched.stdout).toMatch(/"state":"COMPLETED"[^]*event: end\ndata: {"reason":"complete"}/);
    const JOB = /JOB (\S+)/.exec(watched.stdout)![1]!;
    const download = blockWith('--progress-bar');
    const first = run(download, { JOB });
    expect([first.status, first.stderr]).toEqual([0, expect.stringContaining('100.0%')]);
    const file = join(folder, 'all-orders.csv');
    const whole = readFileSync(file);
    truncateSync(file, whole.length >> 1);
    expect(run(download, { JOB }).status).toBe(0);
    expect(readFileSync(file).equals(whole)).toBe(true);
  });

  it('comes row by row as CSV', () => {
    expect(run(blockWith('-o orders.csv')).status).toBe(0);
    expect(readFileSync(join(folder, 'orders.csv'))).toEqual(readFileSync(join(folder, 'all-orders.csv')));
  });
});
