import { mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Running } from '#libs/process';
import { afterEach, describe, expect, it } from '@jest/globals';
import { readOrdersSettings } from './orders/settings.ts';
import { startOrders } from './orders/start-orders.ts';
import { readProductsSettings } from './products/settings.ts';
import { startProducts } from './products/start-products.ts';
import { readReviewsSettings } from './reviews/settings.ts';
import { startReviews } from './reviews/start-reviews.ts';
import { usersSettings } from './users/settings.ts';
import { startUsers } from './users/start-users.ts';

type Start = (environment: NodeJS.ProcessEnv) => Promise<Running>;

const SERVICES: [name: string, table: string, start: Start][] = [
  ['users', 'users', (environment) => startUsers(usersSettings(environment))],
  ['reviews', 'reviews', (environment) => startReviews(readReviewsSettings(environment))],
  ['orders', 'orders', (environment) => startOrders(readOrdersSettings(environment))],
  ['products', 'products', (environment) => startProducts(readProductsSettings(environment))],
];

/** The files of this process in a folder that are open. */
const openFilesIn = (folder: string): string[] =>
  readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      const path = readlinkSync(`/proc/self/fd/${fd}`);
      return path.startsWith(folder) ? [path] : [];
    } catch {
      return [];
    }
  });

// Linux says which files are open.
(process.platform === 'linux' ? describe : describe.skip)('a service whose demo data cannot be written', () => {
  let folder: string;
  afterEach(() => rmSync(folder, { recursive: true }));

  it.each(SERVICES)('closes its storage: %s', async (name, table, start) => {
    folder = mkdtempSync(join(tmpdir(), `atrium-${name}-`));
    const environment = { DATA_DIR: folder, HOST: '127.0.0.1', PORT: '0', LOG_LEVEL: 'silent' };
    await (await start(environment)).stop();
    expect(openFilesIn(folder)).toEqual([]);
    const [file] = readdirSync(folder).filter((one) => one.startsWith(name));
    const database = new DatabaseSync(join(folder, file!));
    database.exec(`create trigger full before insert on ${table} begin select raise(abort, 'no more'); end`);
    database.close();
    await expect(start({ ...environment, SEED: '1' })).rejects.toThrow('no more');
    expect(openFilesIn(folder)).toEqual([]);
  });
});
