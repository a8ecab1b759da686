import { Metadata, status as Code } from '@grpc/grpc-js';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readStatusDetails, type StatusDetails, statusWithDetails } from '#libs/contracts';

const KEY = 'grpc-status-details-bin';
const roundTrip = (details: StatusDetails) =>
  readStatusDetails(statusWithDetails(Code.FAILED_PRECONDITION, 'no', details).metadata as Metadata);

function withBytes(bytes: Uint8Array): Metadata {
  const metadata = new Metadata();
  metadata.set(KEY, Buffer.from(bytes));
  return metadata;
}

describe('the details of a gRPC status', () => {
  it('are transferred unchanged', () => {
    const details = {
      reason: 'OUT_OF_STOCK',
      domain: 'shop.products.v1',
      metadata: { p1: '0', p2: '3' },
      violations: [{ field: 'lines.0.quantity', description: 'Must be at least 1' }],
      retryDelayMs: 7_250.5,
    };
    expect(roundTrip(details)).toEqual(details);
  });

  it('are transferred unchanged, for random details', () => {
    const word = fc.string({ unit: 'grapheme' });
    const violation = fc.record({ field: word, description: word });
    const property = fc.property(word, fc.array(violation), (domain, violations) => {
      const given = { reason: 'R', domain, metadata: {}, violations };
      expect(roundTrip(given)).toEqual(given);
    });
    fc.assert(property, { numRuns: 50 });
  });

  it('are sent with the code and the message', () => {
    expect(statusWithDetails(Code.ABORTED, 'try again', { reason: 'R' })).toMatchObject({
      code: Code.ABORTED,
      details: 'try again',
    });
  });

  it('have only the given members', () => {
    expect(roundTrip({ violations: [] })).toEqual({ violations: [] });
    expect(roundTrip({})).toEqual({});
  });

  it('are empty if there are none', () => {
    expect(readStatusDetails(undefined)).toEqual({});
    expect(readStatusDetails(new Metadata())).toEqual({});
  });

  it('are decoded without errors to known members only, for any bytes', () => {
    const property = fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const known = ['reason', 'domain', 'metadata', 'violations', 'retryDelayMs'];
      for (const key of Object.keys(readStatusDetails(withBytes(bytes)))) expect(known).toContain(key);
    });
    fc.assert(property, { numRuns: 300 });
  });

  it('are empty if truncated', () => {
    const whole = statusWithDetails(Code.ABORTED, 'no', { reason: 'A_REASON', metadata: { key: 'value' } });
    const [bytes] = (whole.metadata as Metadata).get(KEY) as Buffer[];
    expect(readStatusDetails(withBytes(bytes!.subarray(0, bytes!.length - 3)))).toEqual({});
  });
});
