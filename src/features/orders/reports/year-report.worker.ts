import type { Order } from '#gateway/upstreams/orders/orders.port';
import { workbook } from '#libs/sheets';
import type { TaskAnswer } from '#libs/workers';
import { yearSheets } from './year-sheets.ts';

/** The input of `yearReport`. */
export interface YearReportInput {
  year: number;
  /** Arrays of orders as JSON in UTF-8, in any order. */
  pages: readonly Uint8Array[];
}

/** Writes the report of a year as XLSX. */
export async function yearReport({ year, pages }: YearReportInput): Promise<TaskAnswer<Uint8Array<ArrayBuffer>>> {
  const text = new TextDecoder();
  const orders = pages.flatMap((page) => JSON.parse(text.decode(page)) as Order[]);
  const value = await workbook(yearSheets(year, orders));
  return { value, transfer: [value.buffer] };
}
