import { describe, expect, it } from '@jest/globals';
import { isGuessable } from '#libs/passwords';

describe('a password', () => {
  it.each([
    'password',
    'Password1',
    'P@ssw0rd',
    'P@ssw0rd123!',
    '123password',
    'passwordpassword',
    'qwertyuiop',
    'qwerty123',
    '1q2w3e4r5t'.replace(/./g, '1'),
    'aaaaaaaa',
    'abababab',
    '12345678',
    '0987654321',
    'abcdefgh',
    'letmein!!',
    'iloveyou2',
    'Dragon2024',
    'sunshine1!',
    'changeme',
  ])('that attackers try first is guessable: %p', (password) => {
    expect(isGuessable(password)).toBe(true);
  });

  it.each([
    'analytical-engine',
    'nanosecond-wire',
    'correct horse battery',
    'difference and analysis',
    'a very long phrase',
    'xK9#mQ2vLp',
    'mydragonflies',
    'parola-mea-lungă',
  ])('that is not common is not guessable: %p', (password) => {
    expect(isGuessable(password)).toBe(false);
  });
});
