const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const DAY = '(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?';
const MONTH = `(?<month>${MONTHS.join('|')})`;
const TIME = '(?<hour>\\d{2}):(?<minute>\\d{2}):(?<second>\\d{2})';
const FORMATS = [
  `^${DAY}, (?<day>\\d{1,2}) ${MONTH} (?<year>\\d{4}) ${TIME} (?:GMT|UTC)$`,
  `^${DAY}, (?<day>\\d{1,2})-${MONTH}-(?<year>\\d{2}) ${TIME} (?:GMT|UTC)$`,
  `^${DAY} ${MONTH} +(?<day>\\d{1,2}) ${TIME} (?<year>\\d{4})$`,
].map((format) => new RegExp(format, 'i'));

/**
 * Parses an HTTP date in any of the three formats (RFC 9110, 5.6.7) to milliseconds since 1970; undefined if malformed.
 * @param now decides the century of a year of two digits: no more than 50 years ahead
 */
export function parseHttpDate(text: string, now = Date.now()): number | undefined {
  const parts = FORMATS.map((format) => format.exec(text)?.groups).find(Boolean);
  if (!parts) return undefined;
  const [day, hour, minute, second] = [parts['day'], parts['hour'], parts['minute'], parts['second']].map(Number);
  if (hour! > 23 || minute! > 59 || second! > 60) return undefined;
  const month = MONTHS.indexOf(parts['month']!.toLowerCase());
  const date = Date.UTC(yearOf(parts['year']!, now), month, day, hour, minute, second);
  // Date.UTC normalizes the 31st of February to the 3rd of March.
  return new Date(date).getUTCMonth() === month || second === 60 ? date : undefined;
}

function yearOf(digits: string, now: number): number {
  if (digits.length === 4) return Number(digits);
  const thisYear = new Date(now).getUTCFullYear();
  const year = thisYear - (thisYear % 100) + Number(digits);
  return year > thisYear + 50 ? year - 100 : year;
}
