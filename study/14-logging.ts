import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { LineSampler } from '#gateway/edge/access-log/line-sampler';
import { createLogger, inRequest } from '#libs/observe';
import { pino } from 'pino';
import { load } from './support/packages.ts';
import { measured, part, show } from './support/print.ts';
import { showByRelease } from './support/releases.ts';
import { tempFolder } from './support/temp-folder.ts';

const winston = (await load<any>('winston')).default;
const LINES = 10_000;

part('pino and winston: the same line, JSON with a time, into nothing');
const nothing = new Writable({ write: (_chunk, _encoding, done) => done() });
const loggers: Record<string, { info: any; debug: any }> = {
  pino: pino({ timestamp: pino.stdTimeFunctions.isoTime }, { write: () => {} }),
  winston: winston.createLogger({
    format: winston.format.combine(winston.format.timestamp(), winston.format.json()),
    transports: [new winston.transports.Stream({ stream: nothing })],
  }),
};
const costs: Record<string, { written: number; disabled: number }> = {};
for (const [name, logger] of Object.entries(loggers)) {
  const micros = (log: (n: number) => void): number => {
    for (let n = 0; n < LINES; n += 1) log(n);
    const before = process.cpuUsage();
    for (let n = 0; n < LINES; n += 1) log(n);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / LINES;
  };
  const line = (n: number) =>
    name === 'pino' ? [{ n, route: '/v1/home' }, 'request'] : ['request', { n, route: '/v1/home' }];
  costs[name] = {
    written: micros((n) => logger.info(...line(n))),
    disabled: micros((n) => logger.debug(...line(n))),
  };
  measured(
    `${name}: ${costs[name].written.toFixed(1)} µs a line, ${costs[name].disabled.toFixed(2)} µs for a level that is off`,
  );
}
assert.ok(costs['pino']!.written < costs['winston']!.written);
show('pino costs less than winston');

part('1,000 lines, then the end: how many are in the file');
const folder = tempFolder();
const linesIn = (which: string, how: 'exit' | 'kill'): number => {
  const file = join(folder, `${which}-${how}`);
  spawnSync(process.execPath, [...process.execArgv, 'study/logging/exit.ts', which, file, how]);
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n').length - 1 : 0;
};
const kept = ['pino', 'pino-async', 'winston'].map(
  (which) => [linesIn(which, 'exit'), linesIn(which, 'kill')] as const,
);
const [atOnce, inThread, buffered] = [kept[0]!, kept[1]!, kept[2]!];
assert.deepEqual(atOnce, [1_000, 1_000]);
assert.ok(inThread[1]! < 1_000 && buffered[0]! < 1_000);
show('pino, written at once: 1000 after process.exit(), 1000 after SIGKILL');
show('pino by a transport in a thread: lines are lost at SIGKILL; winston, File transport: at process.exit() too');
measured(`in a thread: ${inThread.join(' and ')}; winston: ${buffered.join(' and ')}`);

part('request ids reach every line, without being passed on');
const lines: string[] = [];
const logger = createLogger('study', 'info', { write: (text) => void lines.push(text) });
const deep = async (): Promise<void> => {
  await wait(1);
  logger.info('deep inside');
};
await Promise.all(['a', 'b'].map((requestId) => inRequest({ requestId }, deep)));
const ids = lines.splice(0).map((line) => (JSON.parse(line) as { requestId: string }).requestId);
assert.deepEqual(ids.sort(), ['a', 'b']);
show(`two requests at once: ${ids.join(', ')}`);

part('levels, and secrets');
logger.debug('not written');
logger.warn({ password: 'analytical-engine', authorization: 'Bearer abc' }, 'login');
logger.level = 'debug';
logger.debug('written');
assert.equal(lines.length, 2);
assert.ok(!lines.join('').includes('analytical-engine') && !lines.join('').includes('abc'));
show(...lines.map((line) => line.trim().replace(/"time":"[^"]*"/, '"time":"…"')));

part('sampling: one of ten ordinary lines, each of which stands for ten');
const sampler = new LineSampler(10);
for (let n = 0; n < 1_000; n += 1) sampler.takes();
assert.deepEqual([sampler.written, sampler.leftOut], [100, 900]);
show(`of 1,000: ${sampler.written} written, ${sampler.leftOut} left out`);

part('what carries AsyncLocalStorage, by release of Node');
showByRelease(
  "process.allowedNodeEnvironmentFlags.has('--no-async-context-frame') ? 'AsyncContextFrame' : 'hooks of each promise'",
);
