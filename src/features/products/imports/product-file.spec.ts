import { importRequest } from '#apps/products/requests';
import { expect, it } from '@jest/globals';
import { ProductRow } from './product-file.ts';

/** Values at the limits of each field, and beyond. */
const EDGES: Record<string, unknown[]> = {
  id: ['a', '_-9', 'x'.repeat(64), 'x'.repeat(65), '', 'ä', 'a b', 'a\n'],
  name: ['a', ' ', 'x'.repeat(200), 'x'.repeat(201), '', 'a\0', '\ud800', '😀'.repeat(100), '😀'.repeat(101)],
  description: ['', undefined, null, 'x'.repeat(2_000), 'x'.repeat(2_001), '\0'],
  category: ['a', 'x'.repeat(100), 'x'.repeat(101), ''],
  price: [
    { amountMinor: 0, currency: 'EUR' },
    { amountMinor: -0, currency: 'EUR' },
    { amountMinor: -1, currency: 'EUR' },
    { amountMinor: 1.5, currency: 'EUR' },
    { amountMinor: Number.MAX_SAFE_INTEGER, currency: 'EUR' },
    { amountMinor: 2 ** 53, currency: 'EUR' },
    { amountMinor: 1, currency: 'eur' },
    { amountMinor: 1, currency: 'EURO' },
    { amountMinor: 1, currency: 'EUR\n' },
    { amountMinor: '1', currency: 'EUR' },
  ],
  available: [0, 1_000_000, 1_000_001, -1, 0.5, NaN, Infinity, '5'],
  imageUrl: [
    null,
    undefined,
    'https://x/y.png',
    'http://x/y.png',
    'https://',
    'https:// x',
    'https://x/a b',
    `https://x/${'y'.repeat(1_990)}`,
    `https://x/${'y'.repeat(1_991)}`,
    'javascript:alert(1)',
    '',
  ],
};
const PLAIN = {
  id: 'a',
  name: 'Lamp',
  description: '',
  category: 'lamps',
  price: { amountMinor: 1, currency: 'EUR' },
  available: 1,
  imageUrl: null,
};

it('a row that is accepted is accepted by the products service, too: one of a batch must not fail the others', () => {
  let [accepted, refused] = [0, 0];
  for (const [field, values] of Object.entries(EDGES)) {
    for (const value of values) {
      const checked = ProductRow.safeParse({ ...PLAIN, [field]: value });
      if (!checked.success) {
        refused += 1;
        continue;
      }
      accepted += 1;
      const sent = { ...checked.data, imageUrl: checked.data.imageUrl ?? '' };
      const { error } = importRequest.safeParse({ importId: 'x', batch: 0, products: [sent] });
      expect({ field, value, issues: error?.issues ?? [] }).toEqual({ field, value, issues: [] });
    }
  }
  expect([accepted, refused]).toEqual([24, 32]);
});

it('a row has no other fields', () => {
  const { error } = ProductRow.safeParse({ ...PLAIN, rating: 5 });
  expect(error?.issues).toMatchObject([{ code: 'unrecognized_keys', keys: ['rating'] }]);
});
