import { createHash } from 'node:crypto';
import { FileLinks } from '#gateway/files/file-links';
import { LINK_SECONDS, PersonalFiles } from '#gateway/files/personal-files';
import { JobKind, type RunsJobs } from '#gateway/jobs/job-kind';
import { Orders } from '#gateway/upstreams/orders/orders.port';
import { GatewayError } from '#libs/errors';
import type { RunningJob } from '#libs/jobs';
import { ObjectStorage } from '#libs/object-storage';
import { XLSX } from '#libs/sheets';
import { type Context, isReadable } from '#libs/upstream';
import { WorkerPool, workerTask } from '#libs/workers';
import { z } from 'zod';
import type { yearReport } from './year-report.worker.ts';

const YEAR_REPORT = workerTask<typeof yearReport>(import.meta.url, './year-report.worker', 'yearReport');
const PAGE = 100;
/** The most orders of a report: its thread has the memory for some more. */
export const MAX_ORDERS = 100_000;
/** How long a thread may take, waiting for it included, in milliseconds. */
const WRITING_MS = 120_000;

/** The first year of a report, and the last: this one. */
export const FIRST_YEAR = 2_000;

const ReportJob = z.strictObject({ year: z.int().min(FIRST_YEAR).max(9_999) });
type ReportJob = z.output<typeof ReportJob>;

/** The result of the job. */
export interface ReportResult {
  year: number;
  /** How many orders it has. */
  orders: number;
  /** How many orders could not be read, and are not in it. */
  unreadable: number;
  /** In bytes. */
  size: number;
  /** The link to the file, for a week. */
  url: string;
}

/** Writes the report of the owner's orders of a year. It is one of their files, and is deleted with the account. */
@JobKind({ name: 'orders.yearly-report', input: ReportJob, attempts: 4, concurrency: 2, timeoutMs: 600_000 })
export class RunYearlyReport implements RunsJobs<ReportJob, ReportResult> {
  constructor(
    private readonly orders: Orders,
    private readonly pool: WorkerPool,
    private readonly storage: ObjectStorage,
    private readonly people: PersonalFiles,
    private readonly links: FileLinks,
  ) {}

  /** @throws {GatewayError} PAYLOAD_TOO_LARGE for more than 100,000 orders; OVERLOADED; UPSTREAM_* */
  async run(context: Context, job: RunningJob<ReportJob>): Promise<ReportResult> {
    const { id, owner, signal } = job;
    const { year } = job.input;
    // As bytes the pages go over to the thread without a copy; a list of orders would be copied at once, in this thread.
    const pages: Uint8Array<ArrayBuffer>[] = [];
    let [orders, unreadable] = [0, 0];
    for await (const page of this.pagesOf(context, year)) {
      pages.push(new TextEncoder().encode(JSON.stringify(page.orders)));
      orders += page.orders.length;
      unreadable += page.unreadable;
      if (orders > MAX_ORDERS) throw tooLarge();
      job.progress(orders);
    }
    const task = { input: { year, pages }, transfer: pages.map(({ buffer }) => buffer) };
    const bytes = await this.pool.run(YEAR_REPORT, task, { signal, timeoutMs: WRITING_MS });
    const key = `${this.people.prefixOf(owner, 'reports')}${createHash('sha256').update(id).digest('hex').slice(0, 40)}`;
    const { size } = await this.storage.put(key, [bytes], { type: XLSX });
    const url = this.links.issue({ key, name: `orders-${year}.xlsx` }, LINK_SECONDS.reports);
    return { year, orders, unreadable, size, url };
  }

  /** The caller's orders of a year, page by page, from the newest order back to the year's first. */
  private async *pagesOf(context: Context, year: number) {
    const [from, to] = [new Date(Date.UTC(year, 0)).toISOString(), new Date(Date.UTC(year + 1, 0)).toISOString()];
    let after: string | undefined;
    for (;;) {
      const page = await this.orders.list(context, { first: PAGE, after });
      const orders = page.orders.filter(isReadable);
      const unreadable = page.orders.length - orders.length;
      yield { orders: orders.filter(({ placedAt }) => placedAt >= from && placedAt < to), unreadable };
      after = page.nextCursor;
      if (after === undefined || orders.some(({ placedAt }) => placedAt < from)) return;
    }
  }
}

const tooLarge = (): GatewayError =>
  new GatewayError('PAYLOAD_TOO_LARGE', { detail: `A report has at most ${MAX_ORDERS} orders.` });
