import { type Columns, fileProblem } from './row.ts';

/** The header of a CSV file. */
export interface CsvHeader {
  /** The names of its columns. */
  names: readonly string[];
  /** What a field of each row is, by column. */
  fieldsOf: readonly Field[];
  /** The names of the columns that rows must have. */
  required: readonly string[];
}

interface Field {
  /** The names of the objects around it. */
  around: readonly string[];
  name: string;
  isNumber: boolean;
}

/**
 * Checks the first row of a CSV file. Blanks around names are no part of them; nameless columns at the end are left out, as
 * spreadsheets write them where a cell there was once in use.
 * @throws {GatewayError} VALIDATION_FAILED for an unknown, nameless, missing or repeated column
 */
export function csvHeader(
  fields: readonly string[],
  line: number,
  columns: Columns,
  required: readonly string[],
): CsvHeader {
  const refuse = (column: string, reason: string) => {
    throw fileProblem('VALIDATION_FAILED', { line, column: column.slice(0, 100), reason });
  };
  const known = Object.keys(columns).join(', ');
  const trimmed = fields.map((name) => name.trim());
  const names = trimmed.slice(0, trimmed.findLastIndex(Boolean) + 1);
  for (const [place, name] of names.entries()) {
    if (!name) refuse(String(place + 1), 'Must have a name');
    if (!Object.hasOwn(columns, name)) refuse(name, `There is no such column; there are ${known}`);
    if (names.indexOf(name) !== place) refuse(name, 'Must be there once');
  }
  for (const name of required) if (!names.includes(name)) refuse(name, 'Must be there');
  return { names, fieldsOf: names.map((name) => fieldOf(name, columns)), required };
}

function fieldOf(column: string, columns: Columns): Field {
  const around = column.split('.');
  return { name: around.pop()!, around, isNumber: columns[column] === 'number' };
}
