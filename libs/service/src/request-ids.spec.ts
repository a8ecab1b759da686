import { describe, expect, it } from '@jest/globals';
import { Metadata } from '@grpc/grpc-js';
import { requestIdOf, traceOf } from './request-ids.ts';

const withHeader = (name: string, value: string): Metadata => {
  const metadata = new Metadata();
  metadata.set(name, value);
  return metadata;
};
const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';

describe('the ids of a request', () => {
  it.each(['a', 'A-z.0_9', 'x'.repeat(128)])('keep the request id %p', (id) => {
    expect(requestIdOf(withHeader('x-request-id', id))).toBe(id);
  });

  it.each(['', 'a b', 'x'.repeat(129), 'a"b'])('replace the request id %p', (id) => {
    expect(requestIdOf(withHeader('x-request-id', id))).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('read the trace of a valid traceparent', () => {
    const traceparent = `00-${traceId}-00f067aa0ba902b7-01`;
    expect(traceOf(withHeader('traceparent', traceparent))).toEqual({ traceparent });
  });

  it.each([
    'nonsense',
    `ff-${traceId}-00f067aa0ba902b7-01`,
    `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`,
    `00-${traceId}-00f067aa0ba902b7-01x`,
  ])('leave out the traceparent %p', (traceparent) => {
    expect(traceOf(withHeader('traceparent', traceparent))).toBeUndefined();
  });
});
