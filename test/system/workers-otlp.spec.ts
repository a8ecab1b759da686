import { otlpReader, ownRedisForTests, Receiver } from '#libs/testing';
import { RealShop } from '#test/support/real-shop';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';

jest.setTimeout(60_000);

const METRIC = 'http_request_duration_seconds';
const REQUESTS = 10;

interface Attribute {
  key: string;
  value: { stringValue?: string };
}
interface Exported {
  resourceMetrics: {
    resource: { attributes: Attribute[] };
    scopeMetrics: {
      metrics: { name: string; histogram?: { dataPoints: { attributes: Attribute[]; count: string }[] } }[];
    }[];
  }[];
}

const redis = await ownRedisForTests();
const onRedis = 'skip' in redis ? describe.skip : describe;
let collector: Receiver;
let shop: RealShop;
beforeAll(async () => {
  if ('skip' in redis) return;
  collector = await Receiver.open((_, response) => response.writeHead(200).end());
  const nowhere = { USERS_URL: 'http://127.0.0.1:1', ORDERS_URL: '127.0.0.1:1', PRODUCTS_URL: '127.0.0.1:1' };
  shop = await RealShop.gatewayAlone({
    WORKERS: '2',
    REDIS_URL: redis.url,
    DRAIN_MS: '0',
    OTEL_METRIC_EXPORT_INTERVAL: '300',
    OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: `${collector.url}/v1/metrics`,
    OTEL_RESOURCE_ATTRIBUTES: 'service.instance.id=web-1',
    ...nowhere,
  });
});
afterAll(async () => {
  await shop?.close();
  await collector?.close();
  if (!('skip' in redis)) await redis.stop();
});

const valueOf = (attributes: Attribute[], name: string) =>
  attributes.find(({ key }) => key === name)?.value.stringValue;

/** The latest number of requests to `/livez`, by the instance that exported it: what a store of metrics would keep. */
function counted(): Map<string, number> {
  const latest = new Map<string, number>();
  const read = otlpReader('metrics');
  for (const { body } of collector.requests)
    for (const { resource, scopeMetrics } of (read(body) as Exported).resourceMetrics) {
      const points = scopeMetrics
        .flatMap(({ metrics }) => metrics)
        .filter(({ name }) => name === METRIC)
        .flatMap(({ histogram }) => histogram?.dataPoints ?? [])
        .filter(({ attributes }) => valueOf(attributes, 'route') === '/livez');
      const count = points.reduce((sum, one) => sum + Number(one.count), 0);
      latest.set(valueOf(resource.attributes, 'service.instance.id')!, count);
    }
  return latest;
}

onRedis('metrics of two workers over OTLP', () => {
  it('add up: none overwrites those of the other', async () => {
    const headers = { connection: 'close' };
    for (let n = 0; n < REQUESTS; n += 1) await (await fetch(`${shop.url}/livez`, { headers })).text();
    const sum = () => [...counted().values()].reduce((all, one) => all + one, 0);
    while (counted().size < 2 || sum() < REQUESTS) {
      const { length } = collector.requests;
      await collector.until((requests) => requests.length > length);
    }
    expect(sum()).toBe(REQUESTS);
    expect([...counted().keys()].every((instance) => /^web-1:\d+$/.test(instance))).toBe(true);
    expect([...counted().values()].every((count) => count > 0)).toBe(true);
  });
});
