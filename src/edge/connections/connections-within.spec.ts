import { describe, expect, it } from '@jest/globals';
import { connectionsWithin } from './connections-within.ts';

describe('the connections that fit', () => {
  it.each([
    { configured: 20_000, maxFiles: undefined, served: 20_000, accepted: 20_256 },
    { configured: 20_000, maxFiles: 1_048_576, served: 20_000, accepted: 20_256 },
    { configured: 20_000, maxFiles: 20_000, served: 18_744, accepted: 19_000 },
    { configured: 20_000, maxFiles: 1_024, served: 720, accepted: 768 },
    { configured: 500, maxFiles: 1_024, served: 500, accepted: 532 },
    { configured: 5, maxFiles: undefined, served: 5, accepted: 6 },
  ])('of $configured connections and $maxFiles files', ({ configured, maxFiles, served, accepted }) => {
    expect(connectionsWithin(configured, maxFiles)).toEqual({ served, accepted });
  });
});
