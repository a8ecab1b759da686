// npm run bench:shared: what a gateway asks of Redis by request, and the bytes of what it keeps there. Counts, no times.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as passed } from 'node:timers/promises';
import { freePort } from '#libs/process';
import { readOptions } from '#tools/launcher/read-options';
import { Redis } from 'ioredis';
import { startChild, stopChild } from './child.ts';
import { withRedis } from './redis.ts';
import { machine, table } from './report.ts';
import { INTERNAL_TOKEN_KEY, startAtrium } from './servers.ts';

readOptions(
  'npm run bench:shared\n\nCounts the commands of Redis of each kind of request, and the bytes of what is kept there.\n',
  {},
);

const CALLS = 200;
const WARM_CALLS = 20;
const LOGINS = 20;
/** How long the monitor may be behind, in milliseconds. */
const SEEN_MS = 300;

/** Commands that no request causes: the reading of events, and what this program asks. */
const BACKGROUND =
  /^(info|ping|xread|xrange|client|config|subscribe|hello|select|command|keys|memory|xlen|script)$/i;

/** The keys whose sizes are shown. */
const KEYS: [prefix: string, what: string][] = [
  ['atrium:session:', 'session'],
  ['atrium:sessions-of-user:', `list of the ${LOGINS} sessions of a user`],
  ['atrium:cache:', 'cached answer or tag, mean'],
];

const dataDir = mkdtempSync(join(tmpdir(), 'atrium-shared-'));
const upstreams = await startChild('bench/upstreams.ts', { INTERNAL_TOKEN_KEY });
const usersPort = await freePort();
const users = await startChild('dist/bundles/users.js', {
  PORT: `${usersPort}`,
  DATA_DIR: dataDir,
  SEED: '1',
  INTERNAL_TOKEN_KEY,
});

await withRedis(async (url) => {
  const server = await startAtrium({
    ...upstreams.report,
    USERS_URL: `http://127.0.0.1:${usersPort}`,
    REDIS_URL: url,
    RATE_LIMIT_ANONYMOUS: '9999999/1',
    RATE_LIMIT_LOGIN: '9999999/1',
    REDIS_COMMAND_TIMEOUT_MS: '1000',
  });
  const redis = new Redis(url);
  const get = (path: string, headers: Record<string, string> = {}) => fetch(`${server.url}${path}`, { headers });
  const login = async (): Promise<Record<string, string>> => {
    const answer = await fetch(`${server.url}/v1/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: 'ada@example.com', password: 'analytical-engine' }),
    });
    const { accessToken } = (await answer.json()) as { accessToken: string };
    return { authorization: `Bearer ${accessToken}` };
  };
  let ada = await login();
  for (let n = 1; n < LOGINS; n += 1) ada = await login();

  // What a script calls is not a command of the gateway.
  let commands = 0;
  const monitor = await redis.monitor();
  monitor.on('monitor', (_: string, [name]: string[], source: string) => {
    if (source !== 'lua' && !BACKGROUND.test(name!)) commands += 1;
  });

  /** The commands so far, once those that were sent have been seen. */
  async function counted(): Promise<number> {
    await passed(SEEN_MS);
    return commands;
  }

  async function perCall(what: string, call: (n: number) => Promise<Response>): Promise<string[]> {
    for (let n = 0; n < WARM_CALLS; n += 1) await (await call(n)).arrayBuffer();
    const before = await counted();
    for (let n = WARM_CALLS; n < WARM_CALLS + CALLS; n += 1) {
      const answer = await call(n);
      if (!answer.ok) throw new Error(`${what}: ${answer.status} ${await answer.text()}`);
      await answer.arrayBuffer();
    }
    return [what, (((await counted()) - before) / CALLS).toFixed(1)];
  }

  const rows = [
    await perCall('home page, the same caller each time', () => get('/v1/home', ada)),
    await perCall('home page, another caller each time', (n) => get('/v1/home', server.bearer(n))),
    await perCall('product, cached, the same caller each time', () => get('/v1/products/p1?fields=product', ada)),
    await perCall('product, each another one', (n) => get(`/v1/products/x${n}?fields=product`, ada)),
    await perCall('product, cached, anonymous', () => get('/v1/products/p1?fields=product')),
  ];
  const sizes: string[][] = [];
  for (const [prefix, what] of KEYS) {
    const keys = (await redis.keys(`${prefix}*`)).slice(0, 500);
    let bytes = 0;
    for (const key of keys) bytes += (await redis.memory('USAGE', key)) ?? 0;
    if (keys.length) sizes.push([what, `${keys.length}`, (bytes / keys.length).toFixed(0)]);
  }
  const events = await redis.xlen('atrium:events');
  const ofEvents = (await redis.memory('USAGE', 'atrium:events', 'SAMPLES', 0)) ?? 0;
  if (events) sizes.push(['event in the stream of events', `${events}`, (ofEvents / events).toFixed(0)]);
  const clients = (await redis.client('LIST')) as string;
  // Two are of this program.
  const connections = clients.trim().split('\n').length - 2;
  const { cpu, cores, node } = machine();
  console.log(`\`npm run bench:shared\` on ${cores} × ${cpu}, Node ${node}.\n`);
  console.log(table(['request', 'commands of Redis'], rows));
  console.log(`\n${table(['key', 'number', 'bytes'], sizes)}`);
  console.log(`\nConnections of a gateway to Redis: ${connections}`);
  monitor.disconnect();
  redis.disconnect();
  await server.stop();
});
await Promise.all([upstreams, users].map(stopChild));
rmSync(dataDir, { recursive: true, force: true });
