/** The media type of XLSX. */
export const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

/** A cell: text is never a formula; null is empty. */
export type Cell = string | number | Date | null;

/** A column of a sheet. */
export interface Column {
  header: string;
  /** In characters. */
  width: number;
  /** How spreadsheets show numbers and dates, for example `#,##0.00` or `yyyy-mm-dd`. */
  format?: string;
}

/** A sheet of a workbook. */
export interface Sheet {
  name: string;
  columns: readonly Column[];
  rows: readonly (readonly Cell[])[];
}

/**
 * Writes a workbook as XLSX (ECMA-376), each sheet with a header that stays in view. Thousands of rows take seconds: call it in a
 * thread.
 */
export async function workbook(sheets: readonly Sheet[]): Promise<Uint8Array<ArrayBuffer>> {
  const { writeXlsx } = await import('hucre/xlsx');
  const file = await writeXlsx({
    sheets: sheets.map(({ name, columns, rows }) => ({
      name,
      columns: columns.map(({ header, width, format }, place) => ({
        header,
        key: String(place),
        width,
        ...(format && { numFmt: format }),
      })),
      data: rows.map((cells) => Object.fromEntries(cells.map((cell, place) => [String(place), written(cell)]))),
      freezePane: { rows: 1 },
    })),
  });
  return new Uint8Array(file);
}

/** XML 1.0 has no such characters, not even escaped: with one, spreadsheets call the file damaged. */
const NOT_XML = /[\p{Cc}--[\t\n\r]]|\p{Cs}|[\ufffe\uffff]/gv;

const written = (cell: Cell): Cell => (typeof cell === 'string' ? cell.replace(NOT_XML, '') : cell);
