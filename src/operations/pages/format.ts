/** What pages print for a value that there is none of. */
const NONE = '–';

const number = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 });

/** A rate each second, for example `12.3/s`. */
export const perSecond = (rate: number): string => `${number.format(rate)}/s`;

/** A duration, for example `4.1 ms` or `2.5 s`. */
export function duration(ms: number | undefined): string {
  if (ms === undefined || Number.isNaN(ms)) return NONE;
  return ms < 1_000 ? `${number.format(ms)} ms` : `${number.format(ms / 1_000)} s`;
}

/** A share from 0 to 1 in percent. */
export const percent = (share: number | undefined): string =>
  share === undefined ? NONE : `${number.format(share * 100)} %`;

const UNITS = ['B', 'kB', 'MB', 'GB'];

/** A size, for example `33.6 MB`. */
export function size(bytes: number): string {
  const power = bytes < 1_000 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log10(bytes) / 3));
  return `${number.format(bytes / 1_000 ** power)} ${UNITS[power]}`;
}

/** A date and time in UTC, for example `2026-11-28 16:04:05`. @param at in milliseconds since the epoch */
export const dateAndTime = (at: number | undefined): string =>
  at === undefined ? NONE : new Date(at).toISOString().slice(0, 19).replace('T', ' ');

/** A time of day in UTC, for example `16:04:05`. @param at in milliseconds since the epoch */
export const timeOfDay = (at: number): string => new Date(at).toISOString().slice(11, 19);
