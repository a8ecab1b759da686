// npm run bench: every contender in a process of its own, over the same constant-time upstreams, one line each.
import { parseArgs } from 'node:util';
import { build } from '#tools/build';
import { startChild, stopChild } from './child.ts';
import { contenders } from './contenders.ts';
import { type Figures, measure } from './measure.ts';

const { values } = parseArgs({ options: { quick: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } });
if (values.help) {
  console.log('npm run bench [-- --quick]\n  --quick  two seconds a contender instead of eight');
  process.exit(0);
}
const durationMs = values.quick ? 2_000 : 8_000;

await build();
const upstreams = await startChild('bench/upstreams.ts');
const width = Math.max(...contenders.map(({ name }) => name.length));
let first: number | undefined;
for (const { name, start } of contenders) {
  process.stderr.write(`measuring ${name} …\n`);
  const { child, target } = await start(upstreams.said);
  await measure(target, durationMs / 2);
  const figures = await measure(target, durationMs);
  first ??= figures.cpuMicros;
  console.log(line(name, figures));
  await stopChild(child);
}
await stopChild(upstreams);

function line(name: string, { requestsPerSecond, p50Ms, p99Ms, cpuMicros }: Figures): string {
  const ratio = cpuMicros && first ? ` (${(cpuMicros / first).toFixed(1)} ×)` : '';
  const cpu = cpuMicros === undefined ? 'unknown' : `${cpuMicros.toFixed(0)} µs${ratio}`;
  const rate = `${requestsPerSecond.toFixed(0)} requests/s`;
  return `${name.padEnd(width)}  ${rate}  p50 ${p50Ms.toFixed(1)} ms  p99 ${p99Ms.toFixed(1)} ms  CPU per request ${cpu}`;
}
