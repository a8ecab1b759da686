import { hash } from '@node-rs/argon2';
import { describe, expect, it } from '@jest/globals';
import { Passwords } from './passwords.ts';

const passwords = new Passwords();

describe('a hash of a password', () => {
  it('is argon2id with 19 MiB and two passes (OWASP)', async () => {
    expect(await passwords.hash('abstraction')).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  });

  it.each([
    ['with the current parameters', {}, false],
    ['with more passes', { timeCost: 3 }, false],
    ['with less memory', { memoryCost: 9_216 }, true],
    ['with fewer passes', { timeCost: 1 }, true],
    ['of another argon2 variant', { algorithm: 1 }, true],
  ])('%s', async (_, given, isOutdated) => {
    const options = { memoryCost: 19_456, timeCost: 2, parallelism: 1, ...given };
    expect(passwords.isOutdated(await hash('abstraction', options))).toBe(isOutdated);
  });

  it('matches only its password; without a hash no password matches', async () => {
    const hashed = await passwords.hash('abstraction');
    expect(await passwords.fits('abstraction', hashed)).toBe(true);
    expect(await passwords.fits('Abstraction', hashed)).toBe(false);
    expect(await passwords.fits('abstraction', null)).toBe(false);
  });
});
