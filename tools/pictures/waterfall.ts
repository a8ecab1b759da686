import type { RequestRecord, SpanRecord } from '#gateway/operations/requests/request-record';
import { FaultProxy } from '#libs/testing';
import { passed } from '#test/support/quiet-machine';
import { RealShop } from '#test/support/real-shop';
import { html, type Html } from '#libs/html';
import { box, COLORS, line, picture, text } from './svg.ts';

/** How far away the services are, so that the picture shows waiting and not the machine. */
const LATENCY_MS = 10;
const HOME =
  '{ home { user { name } recentOrders(first: 5) { id lines { productId quantity product { name } } } recommendations(first: 10) { name } } }';
const ONLY_IDS = HOME.replace(' product { name }', '');

const [WIDTH, NAMES, ROW, RIGHT] = [860, 230, 20, 70];

interface Bar {
  name: string;
  startMs: number;
  durationMs: number;
  color: string;
}

interface Page {
  title: string;
  bars: Bar[];
  endMs: number;
}

/** The home page with the products of its orders: read in one batch, and one after the other as by a client of services. */
export async function waterfall(): Promise<string> {
  const proxies: FaultProxy[] = [];
  const behindProxies = async (at: (name: 'users' | 'orders' | 'products') => string) => {
    const names = ['users', 'orders', 'products'] as const;
    for (const name of names)
      proxies.push(await FaultProxy.open({ target: at(name), faults: { latencyMs: LATENCY_MS } }));
    const [users, orders, products] = proxies.map(({ address }) => address);
    return { USERS_URL: `http://${users}`, ORDERS_URL: orders, PRODUCTS_URL: products };
  };
  const shop = await RealShop.open(behindProxies);
  try {
    // Connections are open and code is compiled before.
    for (let n = 0; n < 5; n += 1) await batched(shop);
    const pages = [await batched(shop), await oneByOne(shop)];
    return drawn(pages);
  } finally {
    await shop.close();
    for (const proxy of proxies) await proxy.close();
  }
}

async function batched(shop: RealShop): Promise<Page> {
  const { record } = await recorded(shop, '/graphql', HOME);
  return { title: 'With the products of its orders, batched by the gateway', ...barsOf(record) };
}

/** What a client does for itself where nothing batches: it asks for each product that it finds. */
async function oneByOne(shop: RealShop): Promise<Page> {
  const first = await recorded(shop, '/graphql', ONLY_IDS);
  const { bars, endMs } = barsOf(first.record);
  const orders = (first.data as { home: { recentOrders: { lines: { productId: string }[] }[] } }).home
    .recentOrders;
  const ids = [...new Set(orders.flatMap(({ lines }) => lines.map(({ productId }) => productId)))];
  let at = endMs;
  for (const id of ids) {
    const { record } = await recorded(shop, `/v1/products/${id}?fields=product`);
    const call = callsOf(record)[0]!;
    bars.push({ ...barOf(call), name: `products: ${id}`, startMs: at + call.startMs });
    at += record.durationMs;
  }
  return { title: 'The same, with a request for each product in turn', bars, endMs: at };
}

/** Sends a request, and reads its recording at the admin port. */
async function recorded(
  shop: RealShop,
  path: string,
  query?: string,
): Promise<{ record: RequestRecord; data: unknown }> {
  const body = query === undefined ? {} : { method: 'POST', body: JSON.stringify({ query }) };
  const headers = { ...shop.access.of('u1'), 'content-type': 'application/json' };
  const answer = await fetch(`${shop.url}${path}`, { ...body, headers });
  const id = answer.headers.get('x-request-id')!;
  const { data } = (await answer.json()) as { data: unknown };
  for (;;) {
    const found = await fetch(`${shop.adminUrl}/admin/requests/${id}`, { headers: shop.access.admin });
    if (found.ok) {
      const { requests } = (await found.json()) as { requests: RequestRecord[] };
      if (requests[0]) return { record: requests[0], data };
    }
    await passed(20);
  }
}

const callsOf = ({ spans }: RequestRecord): SpanRecord[] =>
  spans.filter(({ attributes }) => attributes['atrium.upstream'] !== undefined);

function barsOf(record: RequestRecord): { bars: Bar[]; endMs: number } {
  const root: Bar = { name: record.name, startMs: 0, durationMs: record.durationMs, color: COLORS.blue };
  return { bars: [root, ...callsOf(record).map(barOf)], endMs: record.durationMs };
}

const COLOR_OF: Record<string, string> = { users: COLORS.green, orders: COLORS.orange, products: COLORS.violet };

function barOf({ name, startMs, durationMs, attributes }: SpanRecord): Bar {
  const upstream = String(attributes['atrium.upstream']);
  return {
    name: `${upstream}: ${name.replace(/^.*\//, '')}`,
    startMs,
    durationMs,
    color: COLOR_OF[upstream] ?? COLORS.quiet,
  };
}

function drawn(pages: readonly Page[]): string {
  const endMs = Math.max(...pages.map((page) => page.endMs));
  const heights = pages.map(({ bars }) => bars.length * ROW + 56);
  const height = heights.reduce((sum, one) => sum + one, 60);
  let y = 66;
  const parts = pages.map((page, n) => {
    const part = section(page, y, endMs);
    y += heights[n]!;
    return part;
  });
  return picture('The home page with and without batching', WIDTH, height, [
    text(24, 30, `The home page, with services ${LATENCY_MS} ms away`, { size: 15, weight: 600 }),
    parts,
  ]);
}

function section({ title, bars, endMs }: Page, top: number, maxMs: number): Html {
  const x = (ms: number) => NAMES + ((WIDTH - NAMES - RIGHT) * ms) / maxMs;
  const calls = bars.length - 1;
  return html`${text(24, top, `${title}: ${calls} calls, ${endMs.toFixed(0)} ms`, { weight: 600 })}
  ${line(x(endMs), top + 12, x(endMs), top + 20 + bars.length * ROW, { color: COLORS.red, dashed: true })}
  ${bars.map(({ name, startMs, durationMs, color }, n) => {
    const y = top + 26 + n * ROW;
    return [
      text(NAMES - 8, y, name, { anchor: 'end', size: 11, color: COLORS.quiet }),
      box(x(startMs), y - 6, x(startMs + durationMs) - x(startMs), 12, color),
      text(x(startMs + durationMs) + 5, y, `${durationMs.toFixed(0)} ms`, { size: 11, color: COLORS.quiet }),
    ];
  })}`;
}
