import { describe, expect, it } from '@jest/globals';
import { setTimeout as wait } from 'node:timers/promises';
import { type Deployed, isFull, PAGES_IDLE_SECONDS, type Place } from '#test/neighbours/proxies/deployed';
import { GatewayProcesses } from '#test/neighbours/proxies/gateway-processes';
import type { ProxiedShop } from '#test/neighbours/proxies/proxied-shop';
import { certificateFiles } from '#test/support/certificate';
import { Load, type LoadRequest, poolInTurn, type Sample } from '#test/support/load';
import { Proxy } from '#test/support/neighbours/proxy';

const PER_SECOND = 60;
/** What is lost in one moment fails within so many milliseconds. */
const MOMENT_MS = 250;

/** In how many moments requests have failed. */
function momentsOf(samples: readonly Sample[]): number {
  let [moments, last] = [0, -Infinity];
  for (const at of samples.map(({ endedAt }) => endedAt).toSorted((one, other) => one - other)) {
    if (at - last > MOMENT_MS) moments += 1;
    last = at;
  }
  return moments;
}

/** One gateway of two is stopped under load, as in a deployment; in the full set the other one after it. */
export function rolling(deployed: Deployed, opened: () => ProxiedShop): void {
  const { configure, configureHttp2, mayLoseOverHttp2 = 0, mayLoseWrites = false } = deployed;
  const calls = (): LoadRequest[] => {
    const headers = opened().access.of('u1');
    return [
      { path: '/v1/me?fields=id', headers },
      { path: '/v1/products?pageSize=2', headers: { ...headers, accept: 'application/json' } },
      { path: '/graphql', method: 'POST', headers, body: { query: '{ me { id } }' } },
    ];
  };

  const stopUnderLoad = async (
    configured: (place: Place) => string,
    settings: NodeJS.ProcessEnv = {},
    mayLose = 0,
  ) => {
    const requests = calls();
    const gateways = await GatewayProcesses.open(opened(), settings);
    const proxy = await Proxy.start(deployed.make, (port, folder) =>
      configured({ port, folder, gateways: gateways.addresses, idleSeconds: PAGES_IDLE_SECONDS }),
    );
    const url = `http://${proxy.address}`;
    const load = new Load(url, PER_SECOND, (n) => requests[n % requests.length]!, poolInTurn(url));
    try {
      await Promise.all([gateways.busy(0), gateways.busy(1)]);
      expect(await gateways.terminated(0)).toBe(0);
      if (isFull) {
        await gateways.start(0);
        await gateways.busy(0);
        expect(await gateways.terminated(1)).toBe(0);
      }
      await wait(1_000);
      const samples = await load.stop();
      const isExcused = ({ status, request }: Sample) =>
        mayLoseWrites && status === 502 && request.method === 'POST';
      const failed = samples.filter((sample) => sample.status !== 200 && !isExcused(sample));
      expect(momentsOf(samples.filter(isExcused))).toBeLessThanOrEqual(isFull ? 2 : 1);
      const lost = failed.map(({ request, status, text }) => [request.path, status, text.slice(0, 300)]);
      expect(lost.length <= mayLose ? [] : lost).toEqual([]);
      expect(samples.length).toBeGreaterThan(PER_SECOND);
    } finally {
      await load.abandon();
      await proxy.close();
      await gateways.close();
    }
  };

  describe(`SIGTERM of ${isFull ? 'each of' : 'one of'} two gateways under load`, () => {
    it(`loses nothing${mayLoseWrites ? ' but writes in the moment when a port closes' : ''}`, () =>
      stopUnderLoad(configure));

    if (configureHttp2)
      it(`loses ${mayLoseOverHttp2 ? `at most ${mayLoseOverHttp2} requests` : 'nothing'} over HTTP/2`, async () => {
        const certificate = certificateFiles();
        try {
          await stopUnderLoad(
            (place) => configureHttp2(place, certificate.authority),
            certificate.files,
            mayLoseOverHttp2,
          );
        } finally {
          certificate.remove();
        }
      });
  });
}
