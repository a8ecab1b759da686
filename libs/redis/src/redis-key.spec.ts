import { redisKey } from '#libs/redis';
import { describe, expect, it } from '@jest/globals';

const facts = { type: 'string', lifetime: '1 h', holds: 'A thing.' } as const;

describe('a Redis key', () => {
  it('has its values in their places, whatever they contain', () => {
    const room = redisKey('app:room:{<room>}:<part>', facts);
    expect(room('7', 'messages')).toBe('app:room:{7}:messages');
    expect(room('<part>', '$&')).toBe('app:room:{<part>}:$&');
    // @ts-expect-error: it takes two values
    expect(room('7')).toBe('app:room:{7}:undefined');
  });

  it('without values is its pattern', () => {
    expect(redisKey('app:events', facts)()).toBe('app:events');
  });

  it('has its pattern and its description', () => {
    expect({ ...redisKey('app:thing:<id>', facts) }).toEqual({ pattern: 'app:thing:<id>', ...facts });
  });
});
