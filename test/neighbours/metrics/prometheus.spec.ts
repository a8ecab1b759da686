/** @full `promtool.spec` and `rules.spec` hold metrics and alerts; this one scrapes for a minute. */
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as passed } from 'node:timers/promises';
import { stringify } from 'yaml';
import { freePort } from '#libs/testing';
import { dashboardQueries, OBSERVE, rules, yamlOf } from '#test/support/observe/expressions';
import { describeWith } from '#test/support/neighbours/describe-with';
import { Program } from '#test/support/neighbours/program';
import { RealShop } from '#test/support/real-shop';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { programs } from './programs.ts';

jest.setTimeout(240_000);

const POLL_MS = 500;
/** A minute until the alert fires, and time for a busy machine. */
const MAX_WAIT_MS = 180_000;

interface Alert {
  state: string;
  labels: Record<string, string>;
}

describeWith([...programs.quick, ...programs.full], 'Prometheus, which scrapes a gateway', () => {
  const folder = mkdtempSync(join(tmpdir(), 'atrium-prometheus-'));
  let shop: RealShop;
  let prometheus: Program;
  let url: string;

  /** Asks the API of Prometheus. */
  async function api<Data>(
    path: string,
    parameters: Record<string, string> = {},
  ): Promise<{ status: string; data: Data }> {
    const answer = await fetch(`${url}/api/v1/${path}?${new URLSearchParams(parameters)}`);
    return (await answer.json()) as { status: string; data: Data };
  }

  async function until<Data>(what: string, path: string, isSo: (data: Data) => boolean): Promise<Data> {
    const since = performance.now();
    for (;;) {
      const { data } = await api<Data>(path);
      if (isSo(data)) return data;
      if (performance.now() - since > MAX_WAIT_MS) throw new Error(`${what}: ${JSON.stringify(data)}`);
      await passed(POLL_MS);
    }
  }

  beforeAll(async () => {
    shop = await RealShop.open();
    const metricsPort = await freePort();
    await shop.processes.get('orders')!.end('SIGTERM');
    await shop.start('orders', { METRICS_PORT: `${metricsPort}` });
    for (const file of ['rules.yml', 'alerts.yml'])
      copyFileSync(`${OBSERVE}/prometheus/${file}`, join(folder, file));
    // The configuration of Compose, but for where the gateway and a service are, and how often they are scraped.
    const config = yamlOf<{ global: object; scrape_configs: { static_configs: object[] }[] }>(
      'prometheus/prometheus.yml',
    );
    config.global = { scrape_interval: '1s', evaluation_interval: '1s' };
    const [ofGateway, ofServices] = config.scrape_configs;
    ofGateway!.static_configs = [{ targets: [new URL(shop.adminUrl).host] }];
    ofServices!.static_configs = [{ targets: [`127.0.0.1:${metricsPort}`] }];
    writeFileSync(join(folder, 'prometheus.yml'), stringify(config));
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    const args = [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
    ];
    prometheus = await Program.start('prometheus', args, { prints: 'Server is ready' });
  });
  afterAll(async () => {
    await prometheus?.end();
    await shop?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('answers every query of the dashboards, and has what each rule records', async () => {
    const load = shop.load(5, () => ({ path: '/v1/home', headers: shop.access.of('u1') }));
    interface Targets {
      activeTargets: { health: string }[];
    }
    await until<Targets>('scraped', 'targets', ({ activeTargets: all }) =>
      [all.length === 2, ...all.map(({ health }) => health === 'up')].every(Boolean),
    );
    await passed(5_000);
    const answers = await Promise.all(
      dashboardQueries().map(async ({ where, expr }) => {
        const query = expr.replaceAll('$job', '.+');
        const { status, data } = await api<{ result: unknown[] }>('query', { query });
        return { where, expr, status, count: data?.result.length ?? 0 };
      }),
    );
    await load.stop();
    expect(answers.filter(({ status }) => status !== 'success')).toEqual([]);
    // Without errors, Redis, streams and a provider some have nothing to show.
    const withData = new Set(answers.filter(({ count }) => count > 0).map(({ where }) => where));
    expect(withData).toContain('overview.json: Requests by route');
    expect(withData).toContain('services.json: Duration by method');
    expect(withData).toContain('services.json: Database connections in use');
    expect(withData.size).toBeGreaterThan(35);
    for (const { record } of rules()) {
      if (!record || /cache|stale/.test(record)) continue;
      const { data } = await api<{ result: unknown[] }>('query', { query: record });
      expect([record, data.result.length > 0]).toEqual([record, true]);
    }
  });

  it('has healthy rules, and fires an alert once a service is killed', async () => {
    interface Groups {
      groups: { rules: { name: string; health: string; lastError?: string }[] }[];
    }
    const { data } = await api<Groups>('rules');
    const failed = data.groups.flatMap((group) => group.rules).filter(({ health }) => health === 'err');
    expect(failed).toEqual([]);

    const load = shop.load(20, (i) => ({ path: '/v1/home', headers: shop.access.of(`u${i % 100}`) }));
    const firing = (name: string) => (found: { alerts: Alert[] }) =>
      found.alerts.some(({ state, labels }) => state === 'firing' && labels['alertname'] === name);
    expect(firing('AtriumBreakerOpen')((await api<{ alerts: Alert[] }>('alerts')).data)).toBe(false);
    await shop.processes.get('orders')!.end();
    const found = await until('firing', 'alerts', firing('AtriumBreakerOpen'));
    await load.abandon();
    const alert = found.alerts.find(({ labels }) => labels['alertname'] === 'AtriumBreakerOpen')!;
    expect(alert.labels).toMatchObject({ job: 'atrium', upstream: 'orders', severity: 'critical' });
  });
});
