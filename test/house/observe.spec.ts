import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { describeGateway } from '#gateway/describe';
import type { MetricDescription } from '#gateway/operations/registry/metric-snapshot';
import { storageMetrics } from '#libs/service';
import { type AnySchema, openStorage, Reads } from '#libs/storage';
import {
  dashboardQueries,
  dashboards,
  type Expression,
  groupedBy,
  metricsIn,
  OBSERVE,
  rangesIn,
  rules,
  secondsOf,
  yamlOf,
} from '#test/support/observe/expressions';

const PAGES = 'docs/operations/alerts';
/** What Prometheus adds itself. */
const OF_PROMETHEUS = ['job', 'instance'];
const SECTIONS = ['What it means', 'First look', 'What to do'];

const all = rules();
const alerts = all.filter(({ alert }) => alert !== undefined);
const records = all.flatMap(({ record }) => record ?? []);
const expressions: Expression[] = [
  ...all.map(({ record, alert, expr }) => ({ where: (record ?? alert)!, expr })),
  ...dashboardQueries(),
];

/** The labels of every series by its name. */
let labelsOf: Map<string, string[]>;
beforeAll(async () => {
  const { metrics } = await describeGateway();
  labelsOf = new Map([
    ['up', []],
    ...metrics.flatMap(seriesOf),
    ...(await seriesOfServices()),
    ...records.map(ofRecord),
  ]);
});

/** What each service with a storage exposes at METRICS_PORT, by the samples of one. */
async function seriesOfServices(): Promise<[string, string[]][]> {
  const dataDir = mkdtempSync(join(tmpdir(), 'atrium-observe-'));
  const db = await openStorage<AnySchema>({ name: 'observed', dataDir, migrations: {} });
  const all = await storageMetrics('observed', new Reads(db, [], 0)).getMetricsAsJSON();
  await db.destroy();
  rmSync(dataDir, { recursive: true });
  return all.map(({ name, values }) => [name, Object.keys(values[0]!.labels)]);
}

/** A histogram is three series. */
function seriesOf({ name, type, labelNames }: MetricDescription): [string, string[]][] {
  if (type !== 'histogram') return [[name, labelNames]];
  return [
    [`${name}_bucket`, [...labelNames, 'le']],
    [`${name}_count`, labelNames],
    [`${name}_sum`, labelNames],
  ];
}

/** `job_route:metric:operations` has the labels that its name begins with. */
const ofRecord = (name: string): [string, string[]] => [name, name.split(':')[0]!.split('_')];

describe('the metrics of an expression', () => {
  it('are found, and nothing else of PromQL is', () => {
    const expr = 'sum by (job, le) (rate(a_total{b="c", d=~"e|f"}[5m])) / on (x) max(y:z:rate5m) or 0 * up > 1e3';
    expect(metricsIn(expr)).toEqual([
      { metric: 'a_total', labels: ['b', 'd'] },
      { metric: 'y:z:rate5m', labels: [] },
      { metric: 'up', labels: [] },
    ]);
    expect([groupedBy(expr), rangesIn(expr)]).toEqual([['job', 'le', 'x'], [300]]);
  });
});

describe('rules and dashboards', () => {
  it('select metrics that the gateway or its services expose, by labels that they have', () => {
    expect(expressions.length).toBeGreaterThan(80);
    const wrong = expressions.flatMap(({ where, expr }) => {
      const selected = metricsIn(expr);
      if (!selected.length) return [`${where} selects nothing`];
      const known = [...OF_PROMETHEUS, ...selected.flatMap(({ metric }) => labelsOf.get(metric) ?? [])];
      return [
        ...selected.flatMap(({ metric, labels }) => {
          const its = labelsOf.get(metric);
          if (!its) return [`${where}: ${metric} is not exposed`];
          return labels
            .filter((label) => ![...its, ...OF_PROMETHEUS].includes(label))
            .map((label) => `${where}: ${metric} has no label ${label}`);
        }),
        ...groupedBy(expr)
          .filter((label) => !known.includes(label))
          .map((label) => `${where} groups by ${label}`),
      ];
    });
    expect(wrong).toEqual([]);
  });

  it('have windows of at least four scrapes', () => {
    const { global } = yamlOf<{ global: { scrape_interval: string } }>('prometheus/prometheus.yml');
    const least = 4 * secondsOf(global.scrape_interval);
    const narrow = expressions.filter(({ expr }) => rangesIn(expr).some((range) => range < least));
    expect(narrow).toEqual([]);
  });

  it('show every panel from the data source and the job that are selected', () => {
    const names = dashboards().map(([file, { uid, templating, panels }]) => {
      expect(templating.list.map(({ name }) => name)).toEqual(['datasource', 'job']);
      expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
      return [file, uid];
    });
    const expected = ['cache', 'overview', 'services', 'streams', 'upstreams'];
    expect(names.sort()).toEqual(expected.map((name) => [`${name}.json`, `atrium-${name}`]));
    const everywhere = dashboardQueries().filter(({ expr }) =>
      metricsIn(expr).some(({ labels }) => !labels.includes('job')),
    );
    expect(everywhere).toEqual([]);
  });

  it('name each alert and each record once', () => {
    const names = [...records, ...alerts.map(({ alert }) => alert!)];
    expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
  });
});

describe('every alert', () => {
  const names = alerts.map(({ alert }) => alert!).sort();

  it('has a page with what it means, a first look and what to do, and no page is without an alert', () => {
    expect(readdirSync(PAGES).sort()).toEqual(names.map((name) => `${name}.md`));
    const index = readFileSync('docs/operations/README.md', 'utf8');
    for (const { alert, labels, annotations } of alerts) {
      const page = readFileSync(`${PAGES}/${alert!}.md`, 'utf8');
      expect([...page.matchAll(/^#+ (.*)$/gm)].map(([, heading]) => heading)).toEqual([alert, ...SECTIONS]);
      expect(annotations!['runbook_url']).toBe(`${PAGES}/${alert!}.md`);
      expect(index).toContain(
        `| [${alert!}](alerts/${alert!}.md) | ${labels!['severity']!} | ${annotations!['summary']!} |`,
      );
    }
  });

  it('is tested to fire at a time, and to be silent a minute before', () => {
    interface Case {
      alertname: string;
      eval_time: string;
      exp_alerts: unknown[];
    }
    const { tests, rule_files } = yamlOf<{ tests: { alert_rule_test: Case[] }[]; rule_files: string[] }>(
      'prometheus/alerts.test.yml',
    );
    const cases = tests.flatMap(({ alert_rule_test: [silent, firing] }) => {
      expect(silent!.alertname).toBe(firing!.alertname);
      expect(secondsOf(firing!.eval_time) - secondsOf(silent!.eval_time)).toBe(60);
      expect([silent!.exp_alerts.length, firing!.exp_alerts.length]).toEqual([0, 1]);
      return firing!.alertname;
    });
    // promtool passes a silent alert that no file has.
    expect(cases.sort()).toEqual(names);
    expect(rule_files).toEqual(yamlOf<{ rule_files: string[] }>('prometheus/prometheus.yml').rule_files);
  });

  it('has pages whose links lead somewhere', () => {
    const pages = [
      ...readdirSync(PAGES).map((page) => `${PAGES}/${page}`),
      'docs/operations/README.md',
      `${OBSERVE}/README.md`,
    ];
    const broken = pages.flatMap((page) =>
      [...readFileSync(page, 'utf8').matchAll(/\]\((?!http)([^)#]+)/g)]
        .map(([, link]) => new URL(link!, `file:///${page}`).pathname.slice(1))
        .filter((file) => !existsSync(file))
        .map((file) => `${page}: ${file}`),
    );
    expect(broken).toEqual([]);
  });
});

describe('the profile "observe" of docker-compose.yml', () => {
  interface Service {
    image?: string;
    profiles?: string[];
    ports?: string[];
    networks: string[];
    volumes?: string[];
  }
  const { services, volumes } = parse(readFileSync('docker-compose.yml', 'utf8'), { merge: true }) as {
    services: Record<string, Service>;
    volumes: Record<string, unknown>;
  };
  const observers = Object.entries(services).filter(([, { profiles }]) => profiles);

  it('starts Prometheus, Grafana, a collector and Loki, and nothing of it starts without the profile', () => {
    expect(observers.map(([name]) => name).sort()).toEqual(['collector', 'grafana', 'loki', 'prometheus']);
    for (const [, { profiles, image }] of observers)
      expect([profiles, /:v?\d+\.\d+\.\d+$/.test(image!)]).toEqual([['observe'], true]);
  });

  it('mounts files that exist and volumes that are declared', () => {
    const sources = observers.flatMap(([, service]) => (service.volumes ?? []).map((one) => one.split(':')[0]!));
    const missing = sources.filter((source) =>
      source.startsWith('./') ? !existsSync(source) : !(source in volumes),
    );
    expect([sources.length > 6, missing]).toEqual([true, []]);
  });

  it('is reachable from this machine only', () => {
    const ports = observers.flatMap(([, service]) => service.ports ?? []);
    expect(ports.filter((one) => !one.startsWith('127.0.0.1:'))).toEqual([]);
  });

  it('is configured for what the others are named', () => {
    interface Scrape {
      scrape_configs: { static_configs: { targets: string[] }[] }[];
    }
    const targets = yamlOf<Scrape>('prometheus/prometheus.yml').scrape_configs.flatMap(({ static_configs }) =>
      static_configs.flatMap((one) => one.targets),
    );
    const { datasources } = yamlOf<{ datasources: { url: string }[] }>(
      'grafana/provisioning/datasources/atrium.yml',
    );
    const { exporters } = yamlOf<{ exporters: Record<string, { endpoint?: string }> }>('collector.yml');
    const urls = [
      ...targets.map((target) => `http://${target}`),
      ...datasources.map(({ url }) => url),
      ...Object.values(exporters).flatMap(({ endpoint }) => endpoint ?? []),
    ];
    expect(urls.length).toBeGreaterThan(3);
    expect(urls.map((url) => new URL(url).hostname).filter((name) => !(name in services))).toEqual([]);
    expect(targets).toEqual(['gateway:3009', 'users:9102', 'orders:9102', 'products:9102', 'reviews:9102']);
    expect(yamlOf<{ server: object }>('loki.yml').server).toEqual({ http_listen_port: 3100 });
  });
});
