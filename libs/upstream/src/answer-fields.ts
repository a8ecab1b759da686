import { unreadable } from './listed.ts';

const CURRENCY = /^[A-Z]{3}$/;
const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;
/** The years of RFC 3339 and of `google.protobuf.Timestamp`, 0001 to 9999, in milliseconds. */
const FIRST_MS = -62_135_596_800_000;
const LAST_MS = 253_402_300_799_999;

/** A field that the contract requires. @throws {GatewayError} UPSTREAM_BAD_RESPONSE where it is missing */
export function present<T>(value: T | null | undefined, field: string): T {
  if (value === undefined || value === null) throw unreadable(`${field} is missing`);
  return value;
}

/** An id: proto3 writes a missing one as an empty one. @throws {GatewayError} UPSTREAM_BAD_RESPONSE */
export function presentId(id: string, field = 'id'): string {
  if (typeof id !== 'string' || id === '') throw unreadable(`${field} is missing`);
  return id;
}

/** A whole number that JSON can carry, from `min` on. @throws {GatewayError} UPSTREAM_BAD_RESPONSE */
export function wholeNumber(value: number, min: number, field: string): number {
  if (!Number.isSafeInteger(value) || value < min) throw unreadable(`${field} is out of range`);
  return value;
}

/** A number of a range, its ends included. @throws {GatewayError} UPSTREAM_BAD_RESPONSE */
export function numberWithin(value: number, min: number, max: number, field: string): number {
  if (!(value >= min && value <= max)) throw unreadable(`${field} is out of range`);
  return value;
}

/** An amount of 0 or more minor units of a currency (ISO 4217). @throws {GatewayError} UPSTREAM_BAD_RESPONSE */
export function amount<Money extends { amountMinor: number; currency: string }>(
  money: Money | undefined,
  field: string,
): Money {
  const given = present(money, field);
  wholeNumber(given.amountMinor, 0, field);
  if (!CURRENCY.test(given.currency)) throw unreadable(`${field} has no currency`);
  return given;
}

/**
 * A point in time as RFC 3339 in UTC.
 * @throws {GatewayError} UPSTREAM_BAD_RESPONSE for none, for a date that does not exist, and for a year out of 1 to 9999
 */
export function instant(time: Date | string | undefined, field: string): string {
  const given = present(time, field);
  const date = typeof given === 'string' ? dateIn(given) : given;
  const ms = date.getTime();
  if (!(ms >= FIRST_MS && ms <= LAST_MS)) throw unreadable(`${field} is no point in time`);
  return date.toISOString();
}

/** Small letters, and second 60. */
const UNUSUAL = /[tz]|:60/;

/**
 * JavaScript takes 30 February for 2 March: a day that exists comes back as it was. RFC 3339 allows `t` and `z`, and a leap second,
 * which is counted as the second before it.
 */
function dateIn(given: string): Date {
  const text = UNUSUAL.test(given) ? given.toUpperCase().replace(/:60(?=[.Z+-])/, ':59') : given;
  const wallClock = text.slice(0, 19);
  const local = RFC_3339.test(text) ? new Date(`${wallClock}Z`) : new Date(Number.NaN);
  const exists = !Number.isNaN(local.getTime()) && local.toISOString().startsWith(wallClock);
  return new Date(exists ? text : Number.NaN);
}
