import type { Language } from './language.ts';

interface Formats {
  money: Map<string, Intl.NumberFormat>;
  dateTime: Intl.DateTimeFormat;
  number: Intl.NumberFormat;
  relative: Intl.RelativeTimeFormat;
}

/** Formats are costly to make, and few. */
const formats = new Map<Language, Formats>();

function formatsOf(language: Language): Formats {
  let found = formats.get(language);
  if (!found) {
    found = {
      money: new Map(),
      // The zone of a visitor is not known to a server, so that of the shop is named.
      dateTime: new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' }),
      number: new Intl.NumberFormat(language),
      relative: new Intl.RelativeTimeFormat(language, { numeric: 'always' }),
    };
    formats.set(language, found);
  }
  return found;
}

/** The most currencies whose formats are kept: upstreams name them. */
const MAX_CURRENCIES = 50;

/** An amount of money, for example `€12.00`. @param amountMinor in the minor unit of the currency (ISO 4217) */
export function money(
  language: Language,
  { amountMinor, currency }: { amountMinor: number; currency: string },
): string {
  const { money: known } = formatsOf(language);
  let format = known.get(currency);
  if (!format) {
    if (!/^[A-Z]{3}$/.test(currency)) return `${amountMinor} ${currency}`;
    if (known.size >= MAX_CURRENCIES) known.clear();
    known.set(currency, (format = new Intl.NumberFormat(language, { style: 'currency', currency })));
  }
  return format.format(amountMinor / 10 ** format.resolvedOptions().maximumFractionDigits!);
}

/** A date and time in UTC. @param instant as RFC 3339 */
export const dateTime = (language: Language, instant: string): string =>
  `${formatsOf(language).dateTime.format(new Date(instant))} UTC`;

/** A number, for example `1,234.5`. */
export const number = (language: Language, value: number): string => formatsOf(language).number.format(value);

const STEPS = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
] as const;

/** A time from now, for example `in 2 minutes`. @param seconds negative for a time ago */
export function relativeTime(language: Language, seconds: number): string {
  const [unit, size] = STEPS.find(([, each]) => Math.abs(seconds) >= each) ?? STEPS[3];
  // Rounded up: nothing is younger than it is, and nobody comes back too early.
  return formatsOf(language).relative.format(Math.sign(seconds) * Math.ceil(Math.abs(seconds) / size), unit);
}
