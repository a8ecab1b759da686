/**
 * @alone It measures the CPU time of a call.
 * @full It needs a quiet machine.
 */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it, jest } from '@jest/globals';
import { note } from '#test/support/neighbours/figures';
import { endedAfterEach } from '#test/support/neighbours/cleanups';
import { grpcJs } from './servers/servers.ts';
import { WorkFile } from './work-file.ts';

jest.setTimeout(120_000);

const NAMES = ['ours', 'wire', 'grpc-js'] as const;
const isFull = !!process.env['NEIGHBOURS_ALL'];

/** Of the CPU time that a call costs with grpc-js. In the quick set most of it is compilation: 0.8 to 1.0 were measured. */
const GOAL = isFull ? 0.6 : 1.5;

const atEnd = endedAfterEach();

it(`costs at most ${GOAL} times the CPU time of grpc-js for a call`, async () => {
  const work = new WorkFile();
  atEnd(() => work.remove());
  const shop = await grpcJs({ work: work.path });
  atEnd(() => shop.end());
  const program = fileURLToPath(new URL('./cpu.ts', import.meta.url));
  const args = ['-C', 'atrium', '--import', './tools/swc-register.mjs', program, shop.address];
  const startedAt = performance.now();
  const { stdout } = await promisify(execFile)(process.execPath, [...args, isFull ? '15' : '5']);
  const figures = JSON.parse(stdout) as Record<(typeof NAMES)[number] | 'calls', number>;
  const durationMs = performance.now() - startedAt;
  for (const client of NAMES) {
    const { calls, [client]: cpuMicros } = figures;
    note({ scenario: 'CPU of a call', client, calls, failures: 0, failedAs: {}, durationMs, cpuMicros });
  }
  expect(Object.values(figures).every((value) => value > 0)).toBe(true);
  expect(figures.wire / figures['grpc-js']).toBeLessThan(GOAL);
});
