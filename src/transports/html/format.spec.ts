import { describe, expect, it } from '@jest/globals';
import { dateTime, money, number, relativeTime } from './format.ts';

const NARROW = /[\u{202f}\u{a0}]/gu;
const plain = (text: string) => text.replace(NARROW, ' ');

describe('what pages print', () => {
  it('has amounts in the minor unit of their currency', () => {
    expect(plain(money('en', { amountMinor: 123_456, currency: 'USD' }))).toBe('$1,234.56');
    expect(plain(money('de', { amountMinor: 123_456, currency: 'EUR' }))).toBe('1.234,56 €');
    expect(plain(money('en', { amountMinor: 5_000, currency: 'JPY' }))).toBe('¥5,000');
    expect(plain(money('en', { amountMinor: 1_234, currency: 'KWD' }))).toBe('KWD 1.234');
  });

  it('has an amount of what is no currency as it is', () => {
    expect(money('en', { amountMinor: 100, currency: '<b>' })).toBe('100 <b>');
  });

  it('has times in UTC, ages and numbers in the language', () => {
    expect(plain(dateTime('en', '2026-01-02T03:04:05.000Z'))).toBe('Jan 2, 2026, 3:04 AM UTC');
    expect(plain(dateTime('de', '2026-01-02T03:04:05.000Z'))).toBe('02.01.2026, 03:04 UTC');
    expect([relativeTime('en', -90), relativeTime('de', -7_200), relativeTime('en', 1)]).toEqual([
      '2 minutes ago',
      'vor 2 Stunden',
      'in 1 second',
    ]);
    expect([relativeTime('en', 0), number('de', 1_234.5)]).toEqual(['in 0 seconds', '1.234,5']);
  });
});
