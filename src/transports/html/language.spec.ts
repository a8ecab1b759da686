import { describe, expect, it } from '@jest/globals';
import { languageOf } from './language.ts';

describe('the language of a page', () => {
  it.each([
    [undefined, 'en'],
    ['', 'en'],
    ['*', 'en'],
    ['fr', 'en'],
    ['de', 'de'],
    ['de-AT', 'de'],
    ['de-CH;q=0.9, en;q=0.8', 'de'],
    ['en-GB, de;q=0.9', 'en'],
    ['fr, de;q=0.3, en;q=0.2', 'de'],
    ['de;q=0, *', 'en'],
    ['zh-Hant-TW, DE', 'de'],
    [';;;,,, =', 'en'],
    ['de, '.repeat(200), 'en'],
  ])('for %j is %s', (accepted, language) => {
    expect(languageOf(accepted)).toBe(language);
  });
});
