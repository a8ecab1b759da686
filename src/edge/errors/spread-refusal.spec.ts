import { describe, expect, it } from '@jest/globals';
import { spreadRefusal } from './spread-refusal.ts';

describe('a spread refusal', () => {
  const refuse = spreadRefusal('connections', 'Too many.');

  it('is one of few errors, whose Retry-After differs', () => {
    const refusals = new Set(Array.from({ length: 200 }, refuse));
    expect([...refusals].map(({ headers }) => headers['retry-after']).toSorted()).toEqual(['1', '2', '3', '4']);
  });

  it('has the code of its source', () => {
    expect(refuse()).toMatchObject({ code: 'OVERLOADED', source: 'connections', detail: 'Too many.' });
    expect(spreadRefusal('attempts', 'Too many.')().code).toBe('RATE_LIMITED');
  });
});
