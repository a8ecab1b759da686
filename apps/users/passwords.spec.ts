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

  it.each([
    ['composed', 'decomposed', 'caf\u00e9-au-lait', 'cafe\u0301-au-lait'],
    ['decomposed', 'composed', 'cafe\u0301-au-lait', 'caf\u00e9-au-lait'],
  ])('of %s letters matches %s ones (RFC 8265, section 4.2)', async (_, _other, one, another) => {
    const hashed = await passwords.hash(one);
    expect(await passwords.fits(another, hashed)).toBe(true);
    expect(await passwords.fits(one, hashed)).toBe(true);
    expect(await passwords.fits('cafe-au-lait', hashed)).toBe(false);
  });

  it('that was made of decomposed letters still matches them', async () => {
    expect(await passwords.fits('cafe\u0301-au-lait', await hash('cafe\u0301-au-lait'))).toBe(true);
  });

  it('matches only its password; without a hash no password matches', async () => {
    const hashed = await passwords.hash('abstraction');
    expect(await passwords.fits('abstraction', hashed)).toBe(true);
    expect(await passwords.fits('Abstraction', hashed)).toBe(false);
    expect(await passwords.fits('abstraction', null)).toBe(false);
  });
});
