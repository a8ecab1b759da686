import { setTimeout as passed } from 'node:timers/promises';
import { afterEach, expect, it } from '@jest/globals';
import { freePort } from '#libs/testing';
import { RealProcess } from '#test/support/process';

const DRAIN_MS = 1_000;
let gateway: RealProcess;
afterEach(() => gateway?.end());

/** The status of an answer over a connection of its own; undefined where it was refused or lost. */
const statusOf = (url: string): Promise<number | undefined> =>
  fetch(url, { headers: { connection: 'close' } }).then(
    ({ status }) => status,
    () => undefined,
  );

it('a gateway that nobody is connected to takes connections for DRAIN_MS after SIGTERM, while /readyz says no', async () => {
  const [port, admin] = [await freePort(), await freePort()];
  gateway = await RealProcess.start('gateway', {
    PORT: `${port}`,
    ADMIN_PORT: `${admin}`,
    DRAIN_MS: `${DRAIN_MS}`,
  });
  const url = `http://127.0.0.1:${port}`;
  const before = await statusOf(`${url}/readyz`);
  gateway.signal('SIGTERM');
  const since = performance.now();
  while ((await statusOf(`${url}/readyz`)) === 200);
  const seen = new Set<string>();
  while (performance.now() - since < DRAIN_MS * 0.8) {
    seen.add(`${await statusOf(`${url}/livez`)} ${await statusOf(`${url}/readyz`)}`);
    await passed(10);
  }
  expect([before, ...seen]).toEqual([200, '200 503']);
  expect(await gateway.end('SIGTERM')).toBe(0);
});
