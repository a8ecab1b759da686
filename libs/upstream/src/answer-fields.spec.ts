import { amount, instant, numberWithin, present, presentId, wholeNumber } from '#libs/upstream';
import { describe, expect, it } from '@jest/globals';

const BAD = expect.objectContaining({ code: 'UPSTREAM_BAD_RESPONSE' });
const usd = (amountMinor: number) => ({ amountMinor, currency: 'USD' });

describe('a field of an answer', () => {
  it.each([
    ['what is there', () => present(0, 'a'), 0],
    ['an id', () => presentId('o1'), 'o1'],
    ['a whole number', () => wholeNumber(1, 1, 'a'), 1],
    ['the largest that JSON carries', () => wholeNumber(Number.MAX_SAFE_INTEGER, 0, 'a'), Number.MAX_SAFE_INTEGER],
    ['the ends of a range', () => [numberWithin(0, 0, 5, 'a'), numberWithin(5, 0, 5, 'a')], [0, 5]],
    ['an amount of nothing', () => amount(usd(0), 'a'), usd(0)],
    ['a date', () => instant(new Date(0), 'a'), '1970-01-01T00:00:00.000Z'],
    ['a date of another zone', () => instant('2026-01-02T01:00:00+02:00', 'a'), '2026-01-01T23:00:00.000Z'],
    ['a leap day', () => instant('2024-02-29T00:00:00.123456Z', 'a'), '2024-02-29T00:00:00.123Z'],
    ['a date in small letters', () => instant('2026-01-02t03:04:05.6z', 'a'), '2026-01-02T03:04:05.600Z'],
    ['a leap second', () => instant('2017-01-01T00:59:60.5+01:00', 'a'), '2016-12-31T23:59:59.500Z'],
    ['the first day', () => instant('0001-01-01T00:00:00Z', 'a'), '0001-01-01T00:00:00.000Z'],
    ['the last day', () => instant('9999-12-31T23:59:59Z', 'a'), '9999-12-31T23:59:59.000Z'],
  ])('is read: %s', (_, read, value) => {
    expect(read()).toEqual(value);
  });

  it.each([
    ['nothing', () => present(undefined, 'a')],
    ['null', () => present(null, 'a')],
    ['an empty id', () => presentId('')],
    ['an id that is no text', () => presentId(7 as never)],
    ['a number below the least', () => wholeNumber(0, 1, 'a')],
    ['half of one', () => wholeNumber(1.5, 0, 'a')],
    ['more than JSON carries', () => wholeNumber(2 ** 53, 0, 'a')],
    ['text for a number', () => wholeNumber('3' as never, 0, 'a')],
    ['NaN in a range', () => numberWithin(Number.NaN, 0, 5, 'a')],
    ['infinity in a range', () => numberWithin(Infinity, 0, 5, 'a')],
    ['above a range', () => numberWithin(5.1, 0, 5, 'a')],
    ['below a range', () => numberWithin(-0.1, 0, 5, 'a')],
    ['no amount', () => amount(undefined, 'a')],
    ['an amount below 0', () => amount(usd(-1), 'a')],
    ['an amount of half a cent', () => amount(usd(0.5), 'a')],
    ['an amount that is no number', () => amount(usd(Number.NaN), 'a')],
    ['an amount of no currency', () => amount({ amountMinor: 1, currency: '' }, 'a')],
    ['an amount of dollars', () => amount({ amountMinor: 1, currency: 'usd' }, 'a')],
    ['a currency with more after it', () => amount({ amountMinor: 1, currency: 'USD\n' }, 'a')],
    ['no date', () => instant(undefined, 'a')],
    ['a date out of range', () => instant(new Date(9e15), 'a')],
    ['the year 10000', () => instant(new Date(Date.UTC(10_000, 0, 1)), 'a')],
    ['the year 0', () => instant(new Date(-62_135_596_800_001), 'a')],
    ['a word for a date', () => instant('yesterday', 'a')],
    ['30 February', () => instant('2026-02-30T00:00:00Z', 'a')],
    ['a date without a zone', () => instant('2026-02-03T00:00:00', 'a')],
    ['second 61', () => instant('2026-01-02T03:04:61Z', 'a')],
    ['month 13', () => instant('2026-13-01T00:00:00Z', 'a')],
  ])('is a bad response: %s', (_, read) => {
    expect(read).toThrow(BAD);
  });
});
