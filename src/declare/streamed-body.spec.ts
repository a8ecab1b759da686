import type { IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { streamedBody } from './streamed-body.ts';

const POLL_MS = 1_000;
const LIMITS = { maxBytes: 1_000_000, leastBytesPerSecond: 100 };
const settled = () => new Promise(setImmediate);

/** A request as far as its body goes. */
function aRequest() {
  const payload = Object.assign(new PassThrough(), { complete: false });
  payload.once('end', () => (payload.complete = true));
  return { payload, body: streamedBody(payload as unknown as IncomingMessage, LIMITS, POLL_MS) };
}

describe('a body that is streamed', () => {
  beforeEach(() => void jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] }));
  afterEach(() => void jest.useRealTimers());

  it('fails at a client that sends a byte a second', async () => {
    const { payload, body } = aRequest();
    const read = buffer(body);
    read.catch(() => {});
    payload.write('x');
    await settled();
    jest.advanceTimersByTime(POLL_MS);
    await expect(read).rejects.toMatchObject({ code: 'REQUEST_TIMEOUT', status: 408 });
  });

  it('does not fail at a client that is fast enough, nor at a handler that reads slowly', async () => {
    const { payload, body } = aRequest();
    body.on('error', (error) => {
      throw error;
    });
    for (let poll = 0; poll < 3; poll += 1) {
      payload.write('x'.repeat(100));
      await settled();
      jest.advanceTimersByTime(POLL_MS);
    }
    // More than the buffer holds: the client waits for the handler.
    for (let part = 0; part < 10; part += 1) payload.write('x'.repeat(30_000));
    await settled();
    for (let poll = 0; poll < 3; poll += 1) jest.advanceTimersByTime(POLL_MS);
    payload.end();
    expect((await buffer(body)).length).toBe(300_300);
  });

  it('does not fail once it has arrived whole, however late it is read', async () => {
    const { payload, body } = aRequest();
    payload.end('x');
    await settled();
    jest.advanceTimersByTime(10 * POLL_MS);
    expect(String(await buffer(body))).toBe('x');
  });

  it('fails above its size, and where the client goes', async () => {
    const large = aRequest();
    large.payload.write('x'.repeat(LIMITS.maxBytes + 1));
    await expect(buffer(large.body)).rejects.toMatchObject({ code: 'PAYLOAD_TOO_LARGE' });
    const gone = aRequest();
    gone.payload.write('x');
    await settled();
    gone.payload.destroy();
    await expect(buffer(gone.body)).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  });

  it('lets the rest of the request pass where its handler stops reading, and leaves no timer', async () => {
    const { payload, body } = aRequest();
    for (let part = 0; part < 4; part += 1) payload.write('x'.repeat(20_000));
    body.destroy();
    await settled();
    payload.end();
    await new Promise((resolve) => void payload.once('end', resolve));
    expect(jest.getTimerCount()).toBe(0);
  });

  it('may fail while nobody reads it', async () => {
    const { payload, body } = aRequest();
    payload.destroy();
    await settled();
    expect(body.errored).toMatchObject({ code: 'BAD_REQUEST' });
  });
});
