// npm run bench:soak: whether memory, descriptors or handles of the gateway grow under a steady load of everything.
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as passed } from 'node:timers/promises';
import { build } from '#tools/launcher/build';
import { readOptions } from '#tools/launcher/read-options';
import { Redis } from 'ioredis';
import { withRedis } from './redis.ts';
import { Outcomes } from './soak/outcomes.ts';
import { type Sample, sampleOf } from './soak/sample.ts';
import { missedIn, reportOf, type SoakRun } from './soak/soak-report.ts';
import { SoakedShop } from './soak/soaked-shop.ts';
import { Streams } from './soak/streams.ts';
import { Traffic } from './soak/traffic.ts';

const HELP = `npm run bench:soak [-- --minutes N] [--rate N] [--streams N] [--out FOLDER]

Runs a gateway with its services and a Redis of its own under a steady load: reads, GraphQL, logins, orders, event streams
that reconnect, an upload with its pictures every 30 s, exports and a reload of settings each minute, a restart of a service
every 10 minutes. Takes a sample every 30 s, and the heap after a full collection every 5 minutes.
Exits with 1 when memory, descriptors or active resources grow.

  --minutes N   how long (120)
  --rate N      requests a second (20)
  --streams N   open event streams (300)
  --out FOLDER  where <date>-soak.md and <date>-soak.jsonl are written, first after 10 minutes (bench/results)

kill -USR2 <pid of this process> writes a heap snapshot of the gateway beside them.
`;
const { values } = readOptions(HELP, {
  options: {
    minutes: { type: 'string', default: '120' },
    rate: { type: 'string', default: '20' },
    streams: { type: 'string', default: '300' },
    out: { type: 'string', default: 'bench/results' },
  },
});

const SAMPLE_MS = 30_000;
const COLLECTED_EVERY = 10;
const REPORT_EVERY = 20;
const [minutes, rate, streamCount] = [values.minutes, values.rate, values.streams].map(Number) as [
  number,
  number,
  number,
];
if (![minutes, rate, streamCount].every((value) => value > 0)) {
  console.error('--minutes, --rate and --streams must be numbers from 1.');
  process.exit(1);
}

await build();
const folder = mkdtempSync(join(tmpdir(), 'atrium-soak-'));
const missed = await withRedis(soak);
if (missed === undefined) throw new Error('redis-server is not on this machine');
if (missed.length) console.log(`Missed: ${missed.join('; ')}. Logs are in ${folder}.`);
else rmSync(folder, { recursive: true });
process.exit(missed.length ? 1 : 0);

async function soak(redisUrl: string): Promise<string[]> {
  const startedAt = new Date();
  const file = join(values.out, `${startedAt.toISOString().slice(0, 10)}-soak`);
  mkdirSync(values.out, { recursive: true });
  writeFileSync(`${file}.jsonl`, '');
  const redis = new Redis(redisUrl);
  const shop = await SoakedShop.open(folder, redisUrl);
  const outcomes = new Outcomes();
  const traffic = new Traffic(shop.url, shop.jwtPrivateKey, outcomes);
  const streams = new Streams(shop.url, (n) => traffic.as(n));
  const samples: Sample[] = [];
  const restarts: string[] = [];
  const run: SoakRun = {
    command: `npm run bench:soak -- --minutes ${minutes} --rate ${rate} --streams ${streamCount}`,
    load: `${rate} requests/s, ${streamCount} event streams`,
    startedAt,
    isOver: false,
    samples,
    outcomes,
    streams,
    restarts,
    reloads: 0,
  };
  process.on('SIGUSR2', () => void shop.probe({ snapshot: `${file}-${Date.now()}.heapsnapshot` }));
  process.stderr.write(`gateway ${shop.pid}, logs in ${folder}\n`);
  await traffic.start(rate);
  streams.start(streamCount);
  const since = performance.now();
  while (performance.now() - since < minutes * 60_000) {
    await passed((samples.length + 1) * SAMPLE_MS - (performance.now() - since));
    if (shop.gatewayEnd) break;
    const count = samples.length + 1;
    const minute = (performance.now() - since) / 60_000;
    const { open: streamsOpen } = streams;
    const { total: requests, failed } = outcomes;
    const sample = {
      minute,
      streamsOpen,
      requests,
      failed,
      ...(await sampleOf(shop, redis, count % COLLECTED_EVERY === 0)),
    };
    samples.push(sample);
    appendFileSync(`${file}.jsonl`, `${JSON.stringify(sample)}\n`);
    if (count % 2) continue;
    report(sample);
    run.reloads += 1;
    shop.reload();
    if (count % REPORT_EVERY) continue;
    writeFileSync(`${file}.md`, reportOf(run));
    restarts.push(await shop.restartService());
  }
  run.isOver = true;
  const died = shop.gatewayEnd ? [`the gateway ended ${shop.gatewayEnd}`] : [];
  streams.stop();
  await traffic.stop();
  await shop.close();
  redis.disconnect();
  writeFileSync(`${file}.md`, reportOf(run));
  console.log(reportOf(run));
  return [...died, ...missedIn(run)];
}

function report({ minute, rss, heapUsed, descriptors, resources, streamsOpen, requests, failed }: Sample): void {
  const parts = [
    `${minute.toFixed(0)} min`,
    `${rss.toFixed(0)} MB resident`,
    `${heapUsed.toFixed(0)} MB heap`,
    `${descriptors} descriptors`,
    `${resources} resources`,
    `${streamsOpen} streams`,
    `${requests} requests`,
    `${failed} failed`,
  ];
  process.stderr.write(`${new Date().toISOString().slice(11, 19)}  ${parts.join(', ')}\n`);
}
