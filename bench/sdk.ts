// The CPU of a home call by the client against a bare fetch and JSON.parse, in one run: npm run bench:sdk
// The answer is a home page of the usual size, served by a process of its own, whose CPU does not count.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { bearer, createClient, getHome } from '#clients/sdk/src/index';
import { readOptions } from '#tools/launcher/read-options';
import { median } from './goals.ts';

readOptions(
  'npm run bench:sdk\n\nCompares the CPU of a home call by the client with a bare fetch. Exits with 1 when the goal is missed.\n',
  {},
);

const CALLS = 100;
const ROUNDS = 201;
const LIMIT = 1.1;
const TOKEN = 'e'.repeat(900);

const order = (n: number) => ({
  id: `order-${n}`,
  status: 'SHIPPED',
  total: { amountMinor: 12_900, currency: 'EUR' },
  placedAt: '2026-11-28T10:00:00.000Z',
  lines: [1, 2].map((line) => ({
    productId: `p${line}`,
    name: `Product ${line}`,
    quantity: 1,
    unitPrice: { amountMinor: 6_450, currency: 'EUR' },
    product: product(line),
  })),
});
const product = (n: number) => ({
  id: `p${n}`,
  name: `Product ${n}`,
  description: 'A thing that people buy. '.repeat(6),
  category: 'things',
  price: { amountMinor: 6_450, currency: 'EUR' },
  inStock: true,
  rating: 4.5,
  imageUrl: null,
});
const home = JSON.stringify({
  user: { id: 'u1', name: 'Ada Lovelace', email: 'ada@example.com', avatarUrl: null },
  recentOrders: Array.from({ length: 5 }, (_, n) => order(n)),
  recommendations: Array.from({ length: 10 }, (_, n) => product(n)),
  degraded: [],
});

const server = spawn(
  process.execPath,
  [
    '--eval',
    `
  const body = ${JSON.stringify(home)};
  const headers = { 'content-type': 'application/json; charset=utf-8', 'content-length': Buffer.byteLength(body),
    etag: '"1"', 'x-request-id': 'r', 'ratelimit': '"caller";r=99;t=1', 'cache-control': 'private, no-cache' };
  const server = require('node:http').createServer((request, response) => response.writeHead(200, headers).end(body));
  server.listen(0, '127.0.0.1', () => console.log(server.address().port));
`,
  ],
  { stdio: ['ignore', 'pipe', 'inherit'] },
);
const [port] = (await once(server.stdout, 'data')) as [Buffer];
const baseUrl = `http://127.0.0.1:${String(port).trim()}`;

const auth = bearer();
await auth.accept({ accessToken: TOKEN, tokenType: 'Bearer', expiresIn: 900, refreshToken: 'r' });
const client = createClient({ baseUrl, auth });
const headers = { accept: 'application/json', authorization: `Bearer ${TOKEN}` };

const ways = {
  async bare() {
    const response = await fetch(`${baseUrl}/v1/home`, { headers });
    if (!response.ok) throw new Error(`${response.status}`);
    return JSON.parse(await response.text()) as object;
  },
  async client() {
    const result = await getHome(client);
    if (!result.ok) throw new Error(result.error.message);
    return result.data;
  },
};

/** The CPU of one call, in microseconds, garbage collection included. */
async function microseconds(way: () => Promise<object>): Promise<number> {
  const before = process.cpuUsage();
  for (let n = 0; n < CALLS; n += 1) await way();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / CALLS;
}

try {
  // Until the compiler has seen enough of both.
  for (let n = 0; n < 15; n += 1) for (const way of Object.values(ways)) await microseconds(way);
  const measured: Record<'bare' | 'client', number[]> = { bare: [], client: [] };
  const ratios: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    // In turn, so that neither has the calmer moments.
    const first = round % 2 ? (['bare', 'client'] as const) : (['client', 'bare'] as const);
    for (const name of first) measured[name].push(await microseconds(ways[name]));
    ratios.push(measured.client.at(-1)! / measured.bare.at(-1)!);
  }
  const ratio = median(ratios);
  process.stdout.write(
    `home (${home.length} bytes)  fetch + JSON.parse ${median(measured.bare).toFixed(0)} µs   ` +
      `client ${median(measured.client).toFixed(0)} µs   ratio ${ratio.toFixed(3)} (at most ${LIMIT}), ` +
      `median of ${ROUNDS} rounds of ${CALLS} calls\n`,
  );
  process.exitCode = ratio <= LIMIT ? 0 : 1;
} finally {
  server.kill();
}
