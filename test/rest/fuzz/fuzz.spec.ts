import { describe, expect, it } from '@jest/globals';
import { fuzz } from './fuzz.ts';
import { operations } from './operations.ts';

describe('random requests', () => {
  it('are answered as the OpenAPI document says, none by an error of ours', async () => {
    const { wrong, reached, logged } = await fuzz(18, 1_200);
    expect(wrong.map(({ faults, request: { path, odd } }) => ({ faults, path, odd }))).toEqual([]);
    expect(reached.size).toBeGreaterThan(operations.length / 3);
    expect(logged).toEqual([]);
  });
});
