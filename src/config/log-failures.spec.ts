import { describe, expect, it } from '@jest/globals';
import { catalogue, type ErrorCode, fromHttp, GatewayError } from '#libs/errors';
import { createLogger } from '#libs/observe';
import type { TryRecord } from '#libs/upstream';
import { LogLines } from '#libs/testing';
import { logFailures } from './log-failures.ts';

const aTry: TryRecord = {
  upstream: 'users',
  method: 'GET /users',
  number: 2,
  isHedge: false,
  outcome: 'UPSTREAM_BAD_RESPONSE',
  durationMs: 3,
  queueMs: 0,
  breaker: 'CLOSED',
};

/** What is logged of a try with this outcome. */
function linesOf(outcome: string, error?: unknown): Record<string, unknown>[] {
  const log = new LogLines();
  logFailures(createLogger('spec', 'info', log))({ ...aTry, outcome }, error);
  return log.lines;
}

const codes = Object.keys(catalogue) as ErrorCode[];
const isTheirs = (code: ErrorCode) => catalogue[code].status < 500;

describe('the log of failed tries', () => {
  it('says which try of which call failed, and what the upstream said', () => {
    const [line, ...others] = linesOf('UPSTREAM_UNAVAILABLE', fromHttp(503, { detail: 'the disk is full' }));
    expect(others).toEqual([]);
    expect(line).toMatchObject({
      ...aTry,
      outcome: 'UPSTREAM_UNAVAILABLE',
      level: 'warn',
      msg: 'upstream call failed',
    });
    expect(JSON.stringify(line)).toContain('HTTP 503: the disk is full');
  });

  it.each(codes.filter((code) => !isTheirs(code) && code !== 'CIRCUIT_OPEN'))('has %s', (code) => {
    expect(linesOf(code, new GatewayError(code))).toHaveLength(1);
  });

  it.each(codes.filter(isTheirs))('has nothing that is up to the client: not %s', (code) => {
    expect(linesOf(code, new GatewayError(code))).toEqual([]);
  });

  it('has no call that was refused while the circuit is open: there may be thousands a second', () => {
    expect(linesOf('CIRCUIT_OPEN', new GatewayError('CIRCUIT_OPEN'))).toEqual([]);
  });

  it('has nothing that went well, and no try that nobody waited for', () => {
    expect(linesOf('OK')).toEqual([]);
    expect(linesOf('CANCELLED', new GatewayError('UPSTREAM_TIMEOUT'))).toEqual([]);
  });

  it('has faults of our own', () => {
    expect(linesOf('INTERNAL', new TypeError('a bug'))).toMatchObject([{ err: { message: 'a bug' } }]);
  });
});
