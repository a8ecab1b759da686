/** The value of a cell; null and undefined are written as an empty cell. */
export type CsvValue = string | number | boolean | null | undefined;

/** The separators of lists, some of which spreadsheets use in place of the comma, quotes, and line breaks. */
const QUOTED = /[",;\t\r\n]/;

/**
 * What a spreadsheet takes for the beginning of a formula: the characters of OWASP's page "CSV Injection", also in
 * full width, and also after blanks.
 */
const FORMULA = /^[ \u00a0\u3000]*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/;

/**
 * A line of CSV (RFC 4180), with its line break. Text that a spreadsheet would take for a formula gets a leading
 * apostrophe, which spreadsheets show as text; numbers are written as they are.
 */
export function csvLine(values: readonly CsvValue[]): string {
  let line = '';
  for (let at = 0; at < values.length; at += 1) {
    if (at) line += ',';
    const value = values[at];
    if (typeof value === 'string') line += cell(value);
    else if (value !== null && value !== undefined) line += String(value);
  }
  // A lone empty cell would be an empty line, which readers skip.
  return `${line === '' && values.length === 1 ? '""' : line}\r\n`;
}

function cell(text: string): string {
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return QUOTED.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
