import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { pbkdf2, pbkdf2Sync } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import type { Profiler } from 'node:inspector';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { flameGraph } from '#gateway/operations/pages/flame-graph';
import { observeCollections } from '#gateway/operations/process/garbage-collection';
import { hottestOf, type StackFrame, treeOf } from '#gateway/operations/profiles/profile';
import { measured, part, show } from './support/print.ts';
import { showByRelease } from './support/releases.ts';
import { tempFolder } from './support/temp-folder.ts';

const folder = tempFolder();
const node = (...args: string[]) => execFileSync(process.execPath, args, { encoding: 'utf8' });

part('--cpu-prof, read by the code behind the profiles of the gateway');
node('--cpu-prof', `--cpu-prof-dir=${folder}`, 'study/performance/busy.cjs');
const [name] = readdirSync(folder);
const tree = treeOf(JSON.parse(readFileSync(join(folder, name!), 'utf8')) as Profiler.Profile);
const [hottest] = hottestOf(tree, 5);
assert.equal(hottest!.name, 'expensive');
show(`the hottest function: ${hottest!.name} (${hottest!.place})`);
measured(`${Math.round((hottest!.own / tree.total) * 100)} % of the samples`);

part('--prof writes a log of V8, which only --prof-process reads');
node('--prof', `--logfile=${join(folder, 'v8.log')}`, '--no-logfile-per-isolate', 'study/performance/busy.cjs');
const [head] = readFileSync(join(folder, 'v8.log'), 'utf8').split('\n');
assert.match(head!, /^v8-version,/);
assert.throws(() => JSON.parse(head!) as unknown, SyntaxError);
show(`its first line: ${head!.split(',')[0]},…`);

part('the same as a flame graph');
const rows: string[] = [];
const draw = ({ name, total, children }: StackFrame, depth: number, start: number): void => {
  const [from, width] = [start / tree.total, total / tree.total].map((share) => Math.round(share * 60));
  if (width! < 10) return;
  rows[depth] = `${(rows[depth] ?? '').padEnd(from!)}[${name.slice(0, width! - 2).padEnd(width! - 2, '.')}]`;
  let next = start;
  for (const child of children) {
    draw(child, depth + 1, next);
    next += child.total;
  }
};
draw(tree, 0, 0);
for (const frame of ['handle', 'expensive']) assert.ok(rows.some((row) => row.includes(frame)));
// Frames of the loader in between are left out, since their number differs.
measured(...rows.filter((row, at) => at === 0 || /handle|expensive/.test(row)));
assert.ok(String(flameGraph(tree, 'CPU', String)).includes('>expensive<'));
show('the flame graph of the admin pages has it too');

part('a planted leak, in a heap snapshot, and its mend');
const instances = (mode: string): number => {
  const file = join(folder, `${mode}.heapsnapshot`);
  node('study/performance/leak.cjs', mode, file);
  const { nodes, strings, snapshot } = JSON.parse(readFileSync(file, 'utf8')) as {
    nodes: number[];
    strings: string[];
    snapshot: { meta: { node_fields: string[]; node_types: [string[]] } };
  };
  const fields = snapshot.meta.node_fields;
  const [nameAt, typeAt] = [fields.indexOf('name'), fields.indexOf('type')];
  const object = snapshot.meta.node_types[0].indexOf('object');
  let count = 0;
  for (let at = 0; at < nodes.length; at += fields.length)
    if (nodes[at + typeAt] === object && strings[nodes[at + nameAt]!] === 'CachedPage') count += 1;
  return count;
};
const [leaking, mended] = [instances('leak'), instances('mended')];
assert.ok(leaking >= 20_000 && mended < 200);
show(
  `CachedPage objects after 20,000 pages: ${Math.floor(leaking / 1_000)} thousand; with a bound of 100: ${mended < 200 ? 'under 200' : mended}`,
);

part('synchronous and asynchronous: timers that run while a password is hashed');
let ticks = 0;
const timer = setInterval(() => (ticks += 1), 2);
pbkdf2Sync('secret', 'salt', 100_000, 64, 'sha512');
const during = ticks;
await promisify(pbkdf2)('secret', 'salt', 100_000, 64, 'sha512');
clearInterval(timer);
assert.ok(during === 0 && ticks > 1);
show(`pbkdf2Sync: ${during}; pbkdf2: more than one`);
measured(`${ticks}`);

part('garbage collection');
const traces = node('--trace-gc', '--expose-gc', '--max-semi-space-size=1', 'study/performance/churn.cjs').split(
  '\n',
);
const count = (word: string) => traces.filter((line) => line.includes(word)).length;
assert.ok(count('Scavenge') > count('Mark-Compact') && count('Mark-Compact') > 0);
show('--trace-gc: many Scavenges of the young generation, few Mark-Compacts of the old one');
measured(
  `${count('Scavenge')} and ${count('Mark-Compact')}; for example: ${traces
    .find((line) => line.includes('Mark-Compact'))!
    .replace(/^\S+ +|\[[^\]]*\] */g, '')
    .slice(0, 90)}`,
);
const kinds = new Set<string>();
const seen = new Promise<void>((resolve) => {
  const stop = observeCollections((kind) => {
    kinds.add(kind);
    if (kind === 'major') resolve(stop());
  });
});
globalThis.gc!();
await seen;
assert.ok(kinds.has('major'));
show("the gateway's metric sees a forced collection as: major");

part("Maglev, the middle one of V8's compilers, by release of Node");
showByRelease(
  "/--maglev \\(.*\\n.*default: (\\S+)/.exec(require('child_process').execFileSync(process.execPath, ['--v8-options'], { encoding: 'utf8' }))[1]",
);
