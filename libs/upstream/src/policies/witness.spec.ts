import { GatewayError } from '#libs/errors';
import { createLogger } from '#libs/observe';
import { Context } from '#libs/upstream';
import { describe, expect, it } from '@jest/globals';
import { witness } from './witness.ts';

const info = { upstream: 'orders', method: 'ListOrders' };
const context = new Context({ log: { requestId: 'r-1', callerId: 'u1' }, timeoutMs: 1_000 });

/** What is logged of a call that fails so. */
async function logOf(error: unknown): Promise<Record<string, unknown>[]> {
  const lines: Record<string, unknown>[] = [];
  const logger = createLogger('test', 'trace', { write: (line) => void lines.push(JSON.parse(line)) });
  const call = witness(logger)(() => Promise.reject(error), info);
  await expect(call(context, 'question')).rejects.toBe(error);
  return lines;
}

describe('the witness', () => {
  it.each([
    'UPSTREAM_UNAVAILABLE',
    'UPSTREAM_TIMEOUT',
    'UPSTREAM_BAD_RESPONSE',
    'OVERLOADED',
    'INTERNAL',
  ] as const)('logs once that a call failed with %s: whose it was, how long it took, and why', async (code) => {
    const lines = await logOf(new GatewayError(code, { cause: new Error('10.0.0.7 is gone') }));
    expect(lines).toEqual([
      expect.objectContaining({
        level: 'warn',
        ...info,
        requestId: 'r-1',
        callerId: 'u1',
        durationMs: expect.any(Number),
        err: expect.objectContaining({ code, message: expect.stringContaining('10.0.0.7 is gone') }),
      }),
    ]);
  });

  it('logs a fault of our own like one of the upstream', async () => {
    expect(await logOf(new TypeError('broken'))).toHaveLength(1);
  });

  it.each(['NOT_FOUND', 'VALIDATION_FAILED', 'CONFLICT', 'OUT_OF_STOCK', 'UNAUTHENTICATED'] as const)(
    'says nothing of %s: the upstream did well',
    async (code) => {
      expect(await logOf(new GatewayError(code))).toEqual([]);
    },
  );

  it('says nothing of a call that was answered, and changes nothing of the answer', async () => {
    const lines: string[] = [];
    const logger = createLogger('test', 'trace', { write: (line) => void lines.push(line) });
    const answer = { id: 'o1' };
    expect(await witness(logger)(async () => answer, info)(context, 'question')).toBe(answer);
    expect(lines).toEqual([]);
  });

  it('never tells what was sent or answered', async () => {
    const carried = { metadata: { authorization: 'Bearer hunter2' }, body: '{"accessToken":"hunter2"}' };
    const cause = Object.assign(new Error('failed'), carried);
    const lines = await logOf(Object.assign(new GatewayError('UPSTREAM_BAD_RESPONSE', { cause }), carried));
    expect(JSON.stringify(lines)).not.toContain('hunter2');
  });
});
