// npm run bench: every contender in a process of its own, over the same constant-time upstreams, in interleaved rounds.
import { hash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { build } from '#tools/launcher/build';
import { readOptions } from '#tools/launcher/read-options';
import { startChild, stopChild } from './child.ts';
import { compressed } from './compressed.ts';
import { contenders, Servers } from './contenders.ts';
import { growth } from './growth.ts';
import { lossesOf, outcomesOf } from './goals.ts';
import { type Figures, measure, type Target } from './measure.ts';
import { machine, markdownOf, mediansOf, type Results } from './report.ts';
import { policies } from './policies.ts';
import { withRedis } from './redis.ts';
import { scale } from './scale.ts';
import type { Section } from './section.ts';
import { buildContenders, peakOf } from './servers.ts';
import { starts } from './start.ts';
import { type AtHalf, tail } from './tail.ts';

const HELP = `npm run bench [-- --quick] [--only KEY,KEY] [--against FILE]

Measures the gateway beside its peers and writes bench/results/<date>.json and .md.
Exits with 1 when a goal is missed.

  --quick         some 80 seconds: the contenders of the goals alone, without Hive Gateway; writes nothing
  --only KEYS     these contenders alone: ${contenders.map(({ key }) => key).join(', ')};
                  compressed: the warm home page in each coding
  --against FILE  exits with 1 when a ratio of cheapest rounds is worse than in FILE beyond noise, and not when a goal is missed:
                  measured up to three times
`;
const { values } = readOptions(HELP, {
  options: { quick: { type: 'boolean' }, only: { type: 'string' }, against: { type: 'string' } },
});

const { rounds, roundMs, warmMs, pauseMs } = values.quick
  ? { rounds: 3, roundMs: 700, warmMs: 2_500, pauseMs: 150 }
  : { rounds: 5, roundMs: 3_000, warmMs: 5_000, pauseMs: 1_000 };
/** How often the rounds are measured again where something is slower than before. */
const MAX_AGAIN = 2;
const only = values.only?.split(',');
const chosen = contenders.filter(({ key, isSlow }) => (only ? only.includes(key) : !(values.quick && isSlow)));
const isWhole = !values.quick && !only;

await build();
buildContenders();
const upstreams = await startChild('bench/upstreams.ts');
const servers = new Servers(upstreams.report);
const alone = isWhole ? [await starts(upstreams.report)] : [];
const targets = await startedTargets();
const figures = new Map<string, Figures[]>([...targets.keys()].map((key) => [key, []]));
await measureRounds();
const results = await resultsSoFar();
results.sections.push(...alone);
if (isWhole || only?.includes('compressed')) results.sections.push(await compressed(await servers.atrium('on')));
if (isWhole) {
  // What has been measured is worth something without the rest.
  const further = await furtherSections().catch((error: unknown) => {
    console.error(error);
    return undefined;
  });
  results.sections.push(...(further ?? [{ title: 'The rest', head: [], rows: [], missed: ['the rest'] }]));
}
const losses = values.against ? await lossesBeside(values.against) : [];
await servers.stop();
await stopChild(upstreams);

const markdown = markdownOf(results);
console.log(`\n${markdown}`);
if (isWhole) {
  mkdirSync('bench/results', { recursive: true });
  const file = `bench/results/${results.date}`;
  writeFileSync(`${file}.json`, `${JSON.stringify(results, null, 2)}\n`);
  writeFileSync(`${file}.md`, markdown);
  console.log(`written to ${file}.json and ${file}.md`);
}
if (values.against) {
  console.log(losses.length ? `Slower than before:\n${losses.join('\n')}` : 'No slower than before.');
  process.exitCode = losses.length ? 1 : 0;
} else {
  const missed = results.sections.flatMap((section) => section.missed);
  if (missed.length) console.log(`Missed: ${missed.join('; ')}`);
  process.exitCode = results.goals.every(({ isMet }) => isMet) && !missed.length ? 0 : 1;
}

async function startedTargets(): Promise<Map<string, Target>> {
  const targets = new Map<string, Target>();
  for (const { key, name, start } of chosen) {
    process.stderr.write(`starting ${name} …\n`);
    const target = await start(servers);
    if (!target) process.stderr.write('  is not on this machine\n');
    else targets.set(key, target);
  }
  return targets;
}

/** What is slower than in `file`, also after further rounds: by then V8 has compiled what it compiles, and a busy moment is over. */
async function lossesBeside(file: string): Promise<string[]> {
  const before = JSON.parse(readFileSync(file, 'utf8')) as Results;
  let losses = lossesOf(figures, before.goals);
  for (let again = 0; losses.length && again < MAX_AGAIN; again += 1) {
    process.stderr.write(`${losses.join('\n')}\nmeasured once more …\n`);
    await measureRounds();
    losses = lossesOf(figures, before.goals);
  }
  return losses;
}

async function measureRounds(): Promise<void> {
  for (const target of targets.values()) await measure(target, warmMs);
  for (let round = 1; round <= rounds; round += 1) {
    process.stderr.write(`round ${round} of ${rounds} …\n`);
    for (const [key, target] of inOrderOf(round, targets)) {
      // It has rested while the others were measured, and V8 gives memory back then.
      await measure(target, pauseMs);
      figures.get(key)!.push(await measure(target, roundMs));
    }
  }
}

async function resultsSoFar(): Promise<Results> {
  return {
    date: new Date().toISOString().slice(0, 10),
    command: `npm run bench${process.argv.length > 2 ? ` -- ${process.argv.slice(2).join(' ')}` : ''}`,
    machine: machine(),
    contenders: mediansOf(chosen, figures),
    servers: (await servers.all()).map(([name, server]) => {
      const { readyMs, idleMb } = server;
      return { name, readyMs, idleMb, peakMb: peakOf(server) };
    }),
    goals: outcomesOf(figures),
    sections: [],
  };
}

/** In another order each round, the same in every run: who is measured after a slow one finds the machine busy with its rest. */
function inOrderOf(round: number, targets: ReadonlyMap<string, Target>): [string, Target][] {
  const place = ([key]: [string, Target]) => hash('sha256', `${round} ${key}`);
  return [...targets].toSorted((one, other) => (place(one) < place(other) ? -1 : 1));
}

/** What is measured besides the contenders, one line each. */
async function furtherSections(): Promise<Section[]> {
  const peakOfKey = (key: string) => results.contenders.find((one) => one.key === key)!.requestsPerSecond;
  const atHalf = async (key: string): Promise<AtHalf> => {
    const { name, start } = contenders.find((one) => one.key === key)!;
    return { name, target: (await start(servers))!, peak: peakOfKey(key) };
  };
  process.stderr.write('policies, tail, growth, workers …\n');
  const workers = await withRedis((url) => scale(upstreams.report, url));
  return [
    await policies(),
    await tail([await atHalf('bare'), { ...(await atHalf('rest.off')), server: await servers.atrium('off') }]),
    await growth(upstreams.report),
    ...(workers ? [workers] : []),
  ];
}
