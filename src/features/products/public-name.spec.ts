import { expect, it } from '@jest/globals';
import { publicName } from './public-name.ts';

it.each([
  ['Ada Lovelace', 'Ada L.'],
  ['Grace Brewster Murray hopper', 'Grace H.'],
  ['  Ada \t Lovelace ', 'Ada L.'],
  ['Plato', 'Plato'],
  ['Ada 🕯️', 'Ada 🕯.'],
  ['', ''],
])('everybody reads the name %j as %j', (name, expected) => {
  expect(publicName(name)).toBe(expected);
});
