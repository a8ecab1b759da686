// npm run bench:hostile: what each hostile GraphQL document is refused with, and what an innocent neighbour feels of it and of
// clients that are slow on purpose.
import { Load, type LoadRequest, p99Of } from '#test/support/load';
import { HOSTILE } from '#test/support/hostile-documents';
import { build } from '#tools/launcher/build';
import { readOptions } from '#tools/launcher/read-options';
import { Pool, request } from 'undici';
import { selfSigned } from './self-signed.ts';
import { startChild, stopChild } from './child.ts';
import { ATTACKS, type Attack } from './hostile-clients.ts';
import { startAtrium } from './servers.ts';

readOptions(
  'npm run bench:hostile\n\nMeasures how hostile documents and slow clients are refused, and what others notice. Exits with 1 when a goal is missed.\n',
  {},
);

const STEP_MS = 2_000;
const NEIGHBOUR_PER_SECOND = 100;
const HOSTILE_PER_SECOND = 10;
const GOAL_MS = 25;
/** How long clients that are slow are there before a neighbour comes, and while it does, in milliseconds. */
const ATTACK_SETTLES_MS = 1_000;
const ATTACK_MS = 8_000;
const QUERY = { query: '{ product(id: "p1") { product { id } } }' };

const passed = (ms: number) => new Promise((resolve) => void setTimeout(resolve, ms));

await build();
const upstreams = await startChild('bench/upstreams.ts');
const settings = { ...upstreams.report, GRAPHQL_BODY_LIMIT_BYTES: '1000000' };
const gateway = await startAtrium(settings);
const headers = { ...gateway.bearer(0), 'content-type': 'application/json' };

const neighbour = () => ({ path: '/v1/products/p1?fields=product.id', headers: gateway.bearer(0) });
const warm = new Load(gateway.url, 500, neighbour);
await passed(3_000);
await warm.stop();

console.log(
  `| document | refused with | neighbour's worst of ${(NEIGHBOUR_PER_SECOND * STEP_MS) / 1000} (goal ${GOAL_MS} ms) |`,
);
console.log('| --- | --- | --- |');
console.log(`| none | | ${(await worstBeside(undefined)).toFixed(1)} ms |`);
let isMissed = false;
for (const { what, query, variables } of HOSTILE) {
  const body = JSON.stringify({ query, variables });
  const answer = await request(`${gateway.url}/graphql`, { method: 'POST', headers, body });
  const { errors } = (await answer.body.json()) as { errors: { extensions: { code: string } }[] };
  const worst = await worstBeside(body);
  isMissed ||= worst > GOAL_MS;
  console.log(`| ${what} | \`${errors[0]?.extensions.code}\` | ${worst.toFixed(1)} ms |`);
}
await gateway.stop();

console.log('\n| clients | p99 beside them | calm | goal | refused |');
console.log('| --- | --- | --- | --- | --- |');
const { files, remove } = selfSigned();
for (const isSecure of [false, true]) {
  // Nobody is told apart by an address here: the neighbour and those beside it come from one.
  const limits = { RATE_LIMIT: 'off', ...(isSecure ? files : {}) };
  const beside = await startAtrium({ ...upstreams.report, ...limits });
  const url = isSecure ? beside.url.replace('http:', 'https:') : beside.url;
  await feltBy(url, undefined);
  for (const { what, attack } of ATTACKS.filter((one) => (one.isSecure ?? false) === isSecure)) {
    const calm = await feltBy(url, undefined);
    const felt = await feltBy(url, attack);
    const goalMs = Math.max(2 * calm.p99Ms, calm.p99Ms + 20);
    isMissed ||= felt.p99Ms > goalMs || felt.refused > 0;
    const figures = [felt.p99Ms, calm.p99Ms, goalMs].map((ms) => `${ms.toFixed(1)} ms`);
    console.log(`| ${what} | ${figures.join(' | ')} | ${felt.refused} of ${felt.requested} |`);
  }
  await beside.stop();
}
remove();
await stopChild(upstreams);
process.exitCode = isMissed ? 1 : 0;

/** How long the neighbour waits at worst while a document comes again and again, in milliseconds. */
async function worstBeside(body: string | undefined): Promise<number> {
  const load = new Load(gateway.url, NEIGHBOUR_PER_SECOND, neighbour);
  const timer = body ? setInterval(() => void attack(body), 1000 / HOSTILE_PER_SECOND) : undefined;
  await passed(STEP_MS);
  clearInterval(timer);
  return Math.max(...(await load.stop()).map(({ durationMs }) => durationMs));
}

/** What a neighbour feels, who comes a hundred times a second, half of the times with a body. */
async function feltBy(url: string, attack: Attack | undefined) {
  const end = await attack?.(url, gateway.bearer(1));
  await passed(ATTACK_SETTLES_MS);
  const pool = new Pool(url, { connections: 32, connect: { rejectUnauthorized: false } });
  const load = new Load(
    url,
    NEIGHBOUR_PER_SECOND,
    (index): LoadRequest =>
      index % 2
        ? { path: '/v1/products/p1?fields=product.id', headers: {} }
        : { path: '/graphql', method: 'POST', headers: {}, body: QUERY },
    pool,
  );
  await passed(ATTACK_MS);
  const samples = await load.stop();
  end?.();
  await pool.destroy();
  return {
    requested: samples.length,
    refused: samples.filter(({ status }) => status !== 200).length,
    p99Ms: p99Of(samples),
  };
}

async function attack(body: string): Promise<void> {
  await request(`${gateway.url}/graphql`, { method: 'POST', headers, body }).then(
    (answer) => answer.body.dump(),
    () => undefined,
  );
}
