import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '#libs/testing';
import { isWhole } from '#test/support/load';
import { RealShop, type ServiceName } from '#test/support/real-shop';
import { unhurried } from '#test/support/unhurried';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';

jest.setTimeout(120_000);

const MINUTE_MS = 60_000;
const OLD = 'the internal key from before as text';
const SERVICES = ['users', 'orders', 'products'] as const satisfies ServiceName[];

const folder = mkdtempSync(join(tmpdir(), 'atrium-internal-keys-'));
/** The gateway and the services each have a copy, as machines do. */
const [ofGateway, ofServices] = [join(folder, 'gateway.key'), join(folder, 'services.key')];
const write = (path: string, text: string) => {
  writeFileSync(`${path}.next`, text, { mode: 0o600 });
  renameSync(`${path}.next`, path);
};
const rotate = (file: string) =>
  execFileSync('npm', ['run', '--silent', 'keys:rotate', '--', '--internal', file], { encoding: 'utf8' });
const keysIn = (file: string) => (JSON.parse(readFileSync(file, 'utf8')) as { keys: object[] }).keys;

let shop: RealShop;
beforeAll(async () => {
  for (const file of [ofGateway, ofServices]) write(file, OLD);
  shop = await RealShop.open(async () => ({ INTERNAL_TOKEN_KEY_FILE: ofGateway, ...unhurried(folder) }), {
    INTERNAL_TOKEN_KEY_FILE: ofServices,
    LOG_LEVEL: 'info',
  });
});
afterAll(async () => {
  await shop?.close();
  rmSync(folder, { recursive: true });
});

/** Resolves when each service has read its file so often. */
const readAgain = async (times: number) => {
  const msg = 'keys of internal tokens are read again';
  const logs = SERVICES.map((name) => shop.processes.get(name)!.log);
  await eventually(() => logs.every((log) => log.with({ msg }).length >= times));
};

/** Calls that a service refused for their token. Those that a busy machine loses are no matter of keys. */
const refusals = () =>
  shop.gateway.log
    .with({ msg: 'upstream call failed' })
    .map(({ err }) => (err as { message: string }).message)
    .filter((message) => /HTTP 401|16 UNAUTHENTICATED/.test(message));

describe('the keys of internal tokens', () => {
  it('rotate by one command and the clock, with no restart and no refused call', async () => {
    const home = { path: '/v1/home?fields=user.name,recentOrders.id,degraded', headers: shop.access.of('u1') };
    const load = shop.load(10, () => home);
    /** Resolves when ten more answers have been whole. */
    const goesOn = async () => {
      const from = load.samples.length;
      await eventually(() => load.samples.slice(from).filter(isWhole).length >= 10);
    };
    await goesOn();

    expect(rotate(ofServices)).toMatch(/ {2}signs\n.* is published, and signs from /);
    write(ofGateway, readFileSync(ofServices, 'utf8'));
    await Promise.all([readAgain(1), shop.gateway.log.first({ audit: 'settings.reloaded' })]);
    await goesOn();
    // The token of each caller is signed anew after 45 seconds, by the clock.
    await shop.gateway.moveWallClock(7 * MINUTE_MS);
    await goesOn();

    // Services without the old key answer only what the new one has signed.
    const [, next] = keysIn(ofServices);
    write(ofServices, JSON.stringify({ keys: [next] }));
    await readAgain(2);
    await goesOn();
    await load.stop();
    expect(refusals()).toEqual([]);
  });

  it('stay in use where a file is wrong, and the log says so', async () => {
    write(ofServices, 'short');
    for (const name of SERVICES)
      await shop.processes.get(name)!.log.first({ msg: 'changed settings are refused: nothing was changed' });
    await fetch(`${shop.url}/v1/home`, { headers: shop.access.of('u2') });
    expect(refusals()).toEqual([]);
  });

  it('are refused once they are removed', async () => {
    write(ofServices, OLD);
    await readAgain(3);
    const { status } = await fetch(`${shop.url}/v1/me`, { headers: shop.access.of('u3') });
    expect(status).toBe(502);
    // The line can come after the answer.
    await eventually(() => refusals().length);
  });
});
