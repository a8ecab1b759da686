// npm run bench:hostile: what each hostile GraphQL document is refused with, and what an innocent neighbour feels of it.
import { Load } from '#test/support/load';
import { HOSTILE } from '#test/support/hostile-documents';
import { build } from '#tools/launcher/build';
import { request } from 'undici';
import { startChild, stopChild } from './child.ts';
import { startAtrium } from './servers.ts';

const STEP_MS = 2_000;
const NEIGHBOUR_PER_SECOND = 100;
const HOSTILE_PER_SECOND = 10;
const GOAL_MS = 25;

const passed = (ms: number) => new Promise((resolve) => void setTimeout(resolve, ms));

await build();
const upstreams = await startChild('bench/upstreams.ts');
const settings = { ...upstreams.said, GRAPHQL_BODY_LIMIT_BYTES: '1000000' };
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

async function attack(body: string): Promise<void> {
  await request(`${gateway.url}/graphql`, { method: 'POST', headers, body }).then(
    (answer) => answer.body.dump(),
    () => undefined,
  );
}
