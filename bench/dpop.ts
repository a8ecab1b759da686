// npm run bench:dpop: what a request with a DPoP proof costs the gateway, beside one with a bearer token, by short turns.
import { createHash, generateKeyPairSync, hash, randomUUID, sign } from 'node:crypto';
import { build } from '#tools/launcher/build';
import { readOptions } from '#tools/launcher/read-options';
import { Pool } from 'undici';
import { startChild, stopChild } from './child.ts';
import { median } from './goals.ts';
import { preciseCpuMicrosOf } from './proc.ts';
import { withRedis } from './redis.ts';
import { micros, times } from './section.ts';
import { type AtriumServer, startAtrium } from './servers.ts';

readOptions(
  'npm run bench:dpop\n\nMeasures what a request with a DPoP proof costs the gateway. Exits with 1 when the goal is missed.\n',
  {},
);

const PATH = '/v1/home';
const GOAL = 1.3;
const CALLERS = 32;
const CONNECTIONS = 16;
const REQUESTS = 300;
const [WARM_ROUNDS, ROUNDS] = [15, 60];

const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const { crv, kty, x, y } = publicKey.export({ format: 'jwk' });
const thumbprint = createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url');
const encoded = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
const head = encoded({ typ: 'dpop+jwt', alg: 'ES256', jwk: { kty, crv, x, y } });

/** The headers of a request that nobody has sent before. */
function proven(token: string, url: string): Record<string, string> {
  const ath = hash('sha256', token, 'base64url');
  const iat = Math.floor(Date.now() / 1000);
  const signed = `${head}.${encoded({ jti: randomUUID(), htm: 'GET', htu: url + PATH, iat, ath })}`;
  const signature = sign('sha256', Buffer.from(signed), { key: privateKey, dsaEncoding: 'ieee-p1363' });
  return { authorization: `DPoP ${token}`, dpop: `${signed}.${signature.toString('base64url')}` };
}

async function compare(server: AtriumServer): Promise<string> {
  const pool = new Pool(server.url, { connections: CONNECTIONS, pipelining: 1 });
  const bearers = Array.from({ length: CALLERS }, (_, n) => server.bearer(n));
  const bound = Array.from({ length: CALLERS }, (_, n) => server.token(n, thumbprint));
  const headersOf = {
    bearer: (n: number) => bearers[n % CALLERS]!,
    dpop: (n: number) => proven(bound[n % CALLERS]!, server.url),
  };
  const spent = { bearer: [] as number[], dpop: [] as number[] };
  const turn = async (kind: 'bearer' | 'dpop'): Promise<number> => {
    // Proofs are signed before the gateway is measured.
    const all = Array.from({ length: REQUESTS }, (_, n) => headersOf[kind](n));
    const before = preciseCpuMicrosOf(server.pid);
    const visitor = async () => {
      for (let headers = all.pop(); headers; headers = all.pop()) {
        const { statusCode, body } = await pool.request({ path: PATH, method: 'GET', headers });
        await body.dump();
        if (statusCode !== 200) throw new Error(`${kind} was answered ${statusCode}`);
      }
    };
    await Promise.all(Array.from({ length: CONNECTIONS }, visitor));
    return (preciseCpuMicrosOf(server.pid) - before) / REQUESTS;
  };
  for (let round = -WARM_ROUNDS; round < ROUNDS; round += 1) {
    // The other one is first in each round.
    for (const kind of round % 2 ? (['bearer', 'dpop'] as const) : (['dpop', 'bearer'] as const)) {
      const micro = await turn(kind);
      if (round >= 0) spent[kind].push(micro);
    }
  }
  await pool.close();
  const ratio = median(spent.dpop.map((one, round) => one / spent.bearer[round]!));
  if (ratio > GOAL) process.exitCode = 1;
  return `bearer ${micros(median(spent.bearer))}   DPoP ${micros(median(spent.dpop))}   ${times(ratio)} (goal ${times(GOAL)})`;
}

await build();
const upstreams = await startChild('bench/upstreams.ts');
const places: [name: string, settings: NodeJS.ProcessEnv][] = [
  ['caches on', { CACHE: 'on' }],
  ['caches off', { CACHE: 'off' }],
];
async function run(name: string, settings: NodeJS.ProcessEnv): Promise<void> {
  const server = await startAtrium({ SHEDDING: 'off', ...upstreams.report, ...settings });
  process.stdout.write(`${PATH}, ${name}: ${await compare(server)}\n`);
  await server.stop();
}
for (const [name, settings] of places) await run(name, settings);
await withRedis(async (url) => {
  for (const [name, settings] of places) await run(`${name}, with Redis`, { ...settings, REDIS_URL: url });
});
await stopChild(upstreams);
