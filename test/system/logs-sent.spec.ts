import { eventually, Receiver } from '#libs/testing';
import { RealShop } from '#test/support/real-shop';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';

jest.setTimeout(60_000);

let loki: Receiver;
let shop: RealShop;

beforeAll(async () => {
  loki = await Receiver.open((_, response) => response.writeHead(204).end());
  const nowhere = { USERS_URL: 'http://127.0.0.1:1', ORDERS_URL: '127.0.0.1:1', PRODUCTS_URL: '127.0.0.1:1' };
  shop = await RealShop.gatewayAlone({ LOKI_URL: loki.url, LOKI_TENANT: 'shop', DRAIN_MS: '0', ...nowhere });
});
afterAll(async () => {
  await shop?.close();
  await loki?.close();
});

interface Push {
  streams: { values: [time: string, line: string][] }[];
}
const sent = () =>
  loki.requests.flatMap(({ body }) =>
    (JSON.parse(body.toString()) as Push).streams.flatMap(({ values }) =>
      values.map(([, line]) => JSON.parse(line) as Record<string, unknown>),
    ),
  );

/** How many lines Loki has taken, as the gateway counts them. */
async function shipped(): Promise<number> {
  const text = await (await fetch(`${shop.adminUrl}/metrics`)).text();
  return Number(/^log_lines_sent_total\{destination="loki",outcome="shipped"\} (\d+)$/m.exec(text)?.[1] ?? 0);
}

describe('a gateway that sends its log to Loki', () => {
  it('sends what it writes to standard output, and counts it', async () => {
    await fetch(`${shop.url}/livez`, { headers: { 'x-request-id': 'sent-1' } });
    await loki.until(() => sent().some(({ requestId }) => requestId === 'sent-1'));
    const written = await shop.gateway.log.first({ requestId: 'sent-1' });
    expect(sent().filter(({ requestId }) => requestId === 'sent-1')).toEqual([written]);
    expect(loki.requests[0]!.headers).toMatchObject({ 'x-scope-orgid': 'shop', 'content-encoding': 'gzip' });
    // The thread that sends counts a line once the answer to it has come.
    await eventually(shipped);
  });

  it('sends its last line too, when it is told to stop', async () => {
    await fetch(`${shop.url}/livez`, { headers: { 'x-request-id': 'last' } });
    expect(await shop.gateway.end('SIGTERM')).toBe(0);
    expect(sent().some(({ requestId }) => requestId === 'last')).toBe(true);
  });
});
