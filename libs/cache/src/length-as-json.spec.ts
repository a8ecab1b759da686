import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { lengthAsJson } from './length-as-json.ts';

it.each([[undefined], [null], [true], [7], ['a'], [[]], [{}]])('%p has a length', (value) => {
  expect(lengthAsJson(value)).toBeGreaterThanOrEqual(value === undefined ? 0 : 1);
});

it('a page is as long as its text, within a quarter', () => {
  const product = {
    id: 'p1',
    name: 'A chair',
    price: { amountMinor: 4_900, currency: 'EUR' },
    inStock: true,
    rating: 4.5,
  };
  const page = { items: Array.from({ length: 20 }, () => product), total: 20, next: null };
  const ratio = lengthAsJson(page) / JSON.stringify(page).length;
  expect(ratio).toBeGreaterThan(0.75);
  expect(ratio).toBeLessThan(1.25);
});

it('a value is never taken for less than a third of its text', () => {
  const plain = fc.jsonValue({ stringUnit: 'grapheme-ascii' });
  fc.assert(fc.property(plain, (value) => lengthAsJson(value) * 3 >= JSON.stringify(value).length));
});
