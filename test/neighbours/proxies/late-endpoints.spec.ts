import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { connect } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import { describeWith } from '#test/support/neighbours/describe-with';
import { Load, type LoadRequest } from '#test/support/load';
import { haproxy as program } from '#test/support/neighbours/programs';
import { Proxy } from '#test/support/neighbours/proxy';
import { PAGES_IDLE_SECONDS } from './deployed.ts';
import { GatewayProcesses } from './gateway-processes.ts';
import { haproxy } from './makes/haproxy.ts';
import { ProxiedShop } from './proxied-shop.ts';

jest.setTimeout(120_000);

const PER_SECOND = 40;
/** How long after SIGTERM the load balancer learns of it, in milliseconds: as where Kubernetes removes an endpoint late. */
const LATE_MS = 2_000;
/** More than that. */
const DRAIN_MS = 5_000;

describeWith([program], 'a rollout behind a load balancer that removes endpoints late', () => {
  let shop: ProxiedShop;
  let gateways: GatewayProcesses;
  beforeAll(async () => {
    shop = await ProxiedShop.open(haproxy);
    gateways = await GatewayProcesses.open(shop, { DRAIN_MS: `${DRAIN_MS}`, REQUEST_TIMEOUT_MS: '30000' });
  });
  afterAll(async () => {
    await gateways?.close();
    await shop?.close();
  });

  /** HAProxy without health checks and retries: it sends to whom it is told. */
  const withoutChecks = (config: string): string =>
    config
      .replace(/^ *option httpchk.*\n/m, '')
      .replace(/^ *default-server check.*\n/m, '')
      .replace(/^ *retry-on.*\n/m, '')
      .replace(/^ *retries 2$/m, '  retries 0')
      .replace(/^ *option redispatch.*\n/m, '');

  it('loses nothing while both gateways are replaced, one after the other', async () => {
    const proxy = await Proxy.start(haproxy.make, (port, folder) => {
      const config = haproxy.configure({
        port,
        folder,
        gateways: gateways.addresses,
        idleSeconds: PAGES_IDLE_SECONDS,
      });
      return `global\n  stats socket ${folder}/admin.sock level admin\n\n${withoutChecks(config)}`;
    });
    /** Takes an endpoint out, or in again: no reload, which would close the connections of clients. */
    const set = async (which: 0 | 1, state: 'maint' | 'ready') => {
      const socket = connect(join(proxy.folder, 'admin.sock'));
      socket.end(`set server atrium/${which ? 'two' : 'one'} state ${state}\n`);
      // It answers nothing but what is wrong.
      expect((await text(socket)).trim()).toBe('');
    };
    // No upstream is called: how busy the machine is does not matter.
    const page = (): LoadRequest => ({ path: '/graphql?query={__typename}', headers: shop.access.of('u1') });
    const load = new Load(`http://${proxy.address}`, PER_SECOND, page);
    try {
      /** @returns the number of requests that came after SIGTERM */
      const replace = async (which: 0 | 1): Promise<number> => {
        const before = gateways.requests(which);
        const ended = gateways.terminated(which);
        await wait(LATE_MS);
        const late = gateways.requests(which) - before;
        await set(which, 'maint');
        expect(await ended).toBe(0);
        await gateways.start(which);
        await set(which, 'ready');
        return late;
      };
      await wait(1_000);
      const late = [await replace(0), await replace(1)];
      await wait(1_000);
      // Else the test would show nothing.
      expect(Math.min(...late)).toBeGreaterThan(10);
      const samples = await load.stop();
      const failed = samples.filter(({ status }) => status !== 200);
      expect(failed.map(({ status, text: answer }) => [status, answer.slice(0, 200)])).toEqual([]);
      expect(samples.length).toBeGreaterThan(5 * PER_SECOND);
    } finally {
      await load.abandon();
      await proxy.close();
    }
  });
});
