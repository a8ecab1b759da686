import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CHROMIUM } from '#test/support/neighbours/programs';
import puppeteer, { type Browser } from 'puppeteer-core';
import { auditorPackages } from './programs.ts';

const CLI = join(auditorPackages.path, 'node_modules/lighthouse/cli/index.js');
const MAX_REPORT_BYTES = 64 * 1024 * 1024;
const AUDIT_MS = 120_000;
const MAX_ITEMS = 3;

export type Category = 'accessibility' | 'best-practices' | 'seo' | 'performance';

/** What is used of an audit in a report of Lighthouse. */
interface Audit {
  id: string;
  title: string;
  /** From 0 to 1; null for one that does not apply or only informs. */
  score: number | null;
  numericValue?: number;
  /** Items are a list in tables, and a record in debug data. */
  details?: { items?: unknown };
}

interface Report {
  runtimeError?: { code: string; message: string };
  categories: Record<string, { score: number | null; auditRefs: { id: string }[] }>;
  audits: Record<string, Audit>;
}

/** What Lighthouse says of a page. */
export interface Verdict {
  /** From 0 to 100. */
  scores: Record<string, number>;
  /** The audits of these categories that failed, with what they found. */
  failures: string[];
  /** The figure of an audit, in its own unit. */
  figure(audit: string): number;
}

/** Lighthouse with a Chromium of its own, which has a narrow window and a slow network by simulation, as on a phone. */
export class Lighthouse {
  private constructor(private readonly browser: Browser) {}

  static async open(): Promise<Lighthouse> {
    const args = ['--no-sandbox', '--disable-dev-shm-usage'];
    return new Lighthouse(await puppeteer.launch({ executablePath: CHROMIUM, headless: true, args }));
  }

  /** Logs in at the shop: the pages that follow are those of a customer. */
  async logIn(url: string, account: { email: string; password: string }): Promise<void> {
    const page = await this.browser.newPage();
    await page.goto(`${url}/shop/login`);
    await page.type('#email', account.email);
    await page.type('#password', account.password);
    await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')]);
    await page.waitForSelector('a[href="/shop/account"]');
    await page.close();
  }

  /** @throws {Error} if the page cannot be audited */
  async audit(url: string, categories: readonly Category[]): Promise<Verdict> {
    const args = [
      CLI,
      url,
      `--port=${new URL(this.browser.wsEndpoint()).port}`,
      `--only-categories=${categories.join(',')}`,
      '--output=json',
      '--quiet',
      '--disable-full-page-screenshot',
      '--no-enable-error-reporting',
    ];
    const options = { maxBuffer: MAX_REPORT_BYTES, timeout: AUDIT_MS };
    const { stdout } = await promisify(execFile)(process.execPath, args, options);
    return verdictOf(JSON.parse(stdout) as Report);
  }

  close(): Promise<void> {
    return this.browser.close();
  }
}

function verdictOf({ runtimeError, categories, audits }: Report): Verdict {
  if (runtimeError) throw new Error(`${runtimeError.code}: ${runtimeError.message}`);
  const scores: Record<string, number> = {};
  const failures: string[] = [];
  for (const [name, { score, auditRefs }] of Object.entries(categories)) {
    scores[name] = Math.round((score ?? 0) * 100);
    for (const { id } of auditRefs) {
      const audit = audits[id]!;
      if (audit.score !== null && audit.score < 1) failures.push(`${name} ${failureOf(audit)}`);
    }
  }
  return { scores, failures, figure: (id) => audits[id]?.numericValue ?? NaN };
}

function failureOf({ id, title, details }: Audit): string {
  const items: unknown[] = [details?.items ?? []].flat();
  const found = items.slice(0, MAX_ITEMS).map((item) => JSON.stringify(item));
  return `${id}: ${title} ${found.join(' ')}`.trim();
}
