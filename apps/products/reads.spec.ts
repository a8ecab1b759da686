import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CallContext } from '#libs/service';
import { openStorage, Reads } from '#libs/storage';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Kysely } from 'kysely';
import { Catalogue } from './catalogue.ts';
import { migrations } from './migrations.ts';
import { searchRequest } from './requests.ts';
import type { ProductsSchema } from './schema.ts';
import { seedProducts } from './seed.ts';

const EVERYTHING = { search: '', category: '', sort: 0, page: 0, pageSize: 0, attributes: {} };

/** What the reads may use has products here, and the primary database has none. */
describe('the reads of the catalogue, with replicas', () => {
  const folder = mkdtempSync(join(tmpdir(), 'products-reads-'));
  const databases: Kysely<ProductsSchema>[] = [];
  let catalogue: Catalogue;
  beforeAll(async () => {
    const open = (name: string) => openStorage<ProductsSchema>({ name, dataDir: folder, migrations });
    const [primary, replica] = [await open('primary'), await open('replica')];
    databases.push(primary, replica);
    await seedProducts(replica, 1);
    catalogue = new Catalogue(primary, new Reads(replica, [], 0));
  });
  afterAll(async () => {
    for (const db of databases) await db.destroy();
    rmSync(folder, { recursive: true });
  });

  it('go to a replica for searches, related products and recommendations, and to the primary by id', async () => {
    const context = new CallContext({ id: 'u1', scopes: [] }, Infinity);
    const { rows, total } = await catalogue.search(context, searchRequest.parse(EVERYTHING));
    const [first] = rows;
    expect(total).toBeGreaterThan(rows.length);
    expect(await catalogue.related(first!, 3)).toHaveLength(3);
    expect(await catalogue.bestInStock(3)).toHaveLength(3);
    expect(await catalogue.byIds([first!.id])).toEqual([]);
  });
});
