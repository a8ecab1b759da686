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

/** The log lines of a try with this outcome. */
function linesOf(outcome: string, error?: unknown): Record<string, unknown>[] {
  const log = new LogLines();
  logFailures(createLogger('spec', 'info', log))({ ...aTry, outcome }, error);
  return log.lines;
}

const codes = Object.keys(catalogue) as ErrorCode[];
const isTheirs = (code: ErrorCode) => catalogue[code].status < 500;

describe('the log of failed upstream tries', () => {
  it('names the call, the try and the response of the upstream', () => {
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

  it.each(codes.filter((code) => !isTheirs(code) && code !== 'CIRCUIT_OPEN'))('contains %s', (code) => {
    expect(linesOf(code, new GatewayError(code))).toHaveLength(1);
  });

  it.each(codes.filter(isTheirs))('omits failures caused by the client: %s', (code) => {
    expect(linesOf(code, new GatewayError(code))).toEqual([]);
  });

  it('omits calls refused by an open circuit: there may be thousands a second', () => {
    expect(linesOf('CIRCUIT_OPEN', new GatewayError('CIRCUIT_OPEN'))).toEqual([]);
  });

  it('omits successful and cancelled tries', () => {
    expect(linesOf('OK')).toEqual([]);
    expect(linesOf('CANCELLED', new GatewayError('UPSTREAM_TIMEOUT'))).toEqual([]);
  });

  it('contains internal errors', () => {
    expect(linesOf('INTERNAL', new TypeError('a bug'))).toMatchObject([{ err: { message: 'a bug' } }]);
  });
});
