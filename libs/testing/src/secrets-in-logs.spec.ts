import { secretIn } from '#libs/testing';
import { describe, expect, it } from '@jest/globals';

const line = (value: string) => JSON.stringify({ level: 'info', requestId: 'r1', msg: value });

describe('a line of a log', () => {
  it.each([
    ['a password', 'login with analytical-engine'],
    ['a signed token', `Bearer eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ1MSJ9eyJ9.${'a'.repeat(342)}`],
    ['a refresh token, or the cookie of a session', 'x'.repeat(65)],
    ['a private key', '-----BEGIN PRIVATE KEY-----'],
    ['the hash of a password', '$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA'],
  ])('is detected to contain %s', (what, value) => {
    expect(secretIn(line(value))).toBe(what);
  });

  it('may contain ids and hashes', () => {
    expect(secretIn(line('request 0f8fad5b-d9cb-469f-a165-70867728950e of u1'))).toBeUndefined();
    expect(secretIn(line('x'.repeat(43)))).toBeUndefined();
  });
});
