import { expect, it } from '@jest/globals';
import { varyOf } from './vary.ts';

it.each([
  [undefined, false, 'Accept, Accept-Version'],
  ['Origin', false, 'Origin, Accept, Accept-Version'],
  ['Accept, Accept-Version', false, 'Accept, Accept-Version'],
  [['Origin', 'Accept'], true, 'Origin, Accept, Accept-Version, Authorization, Cookie, X-API-Key'],
])('Vary keeps the names set before, each once: %j, private %s', (header, isPrivate, vary) => {
  expect(varyOf(header, isPrivate)).toBe(vary);
  expect(varyOf(header, isPrivate)).toBe(vary);
});
