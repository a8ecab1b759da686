import { describe, expect, it } from '@jest/globals';
import { scrub } from './scrub.ts';

describe('the words of an error', () => {
  it.each([
    ['no account ada@example.com', 'no account [email]'],
    [
      'GET http://user:hunter2@users:3001/x?token=abc&y=1 failed',
      'GET http://[redacted]@users:3001/x?[redacted] failed',
    ],
    ['Authorization: Bearer abc.def', 'Authorization: [redacted] [redacted]'],
    ['bad eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ1MSJ9.c2ln here', 'bad [token] here'],
    ['password="hunter2", then', 'password=[redacted], then'],
    ['session 4bf92f3577b34da6a3ce929d0e0e47364bf92f35', 'session [token]'],
    ['connect ECONNREFUSED 127.0.0.1:3002', 'connect ECONNREFUSED 127.0.0.1:3002'],
  ])('%s: %s', (text, scrubbed) => {
    expect(scrub(text)).toBe(scrubbed);
    expect(scrubbed).not.toMatch(/hunter2|ada@|abc\.def/);
  });

  it('are at most 500 characters', () => {
    expect(scrub('word '.repeat(10_000))).toHaveLength(500);
  });
});
