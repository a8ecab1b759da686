import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { FileLinks } from '#gateway/files/file-links';
import { PersonalFiles } from '#gateway/files/personal-files';
import { Audit } from '#gateway/identity/audit/audit';
import { KeySet } from '#gateway/identity/keys/key-set';
import { SigningKey } from '#gateway/identity/keys/signing-key';
import { OrdersFake } from '#gateway/upstreams/orders/orders.fake';
import { type ObjectStorage, openObjectStorage } from '#libs/object-storage';
import { createLogger } from '#libs/observe';
import { aContext, anOrder } from '#libs/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ExportOrders } from './export-orders.ts';
import { WriteOrderExport } from './write-order-export.ts';

const folder = mkdtempSync(join(tmpdir(), 'atrium-order-export-'));
let storage: ObjectStorage;
let links: FileLinks;
let orders: OrdersFake;

beforeAll(async () => {
  storage = await openObjectStorage({ kind: 'file', folder });
  links = new FileLinks(new KeySet(await SigningKey.make('ES256')));
});
beforeEach(() => {
  orders = new OrdersFake(['o1', 'o2', 'o3'].map((id) => anOrder({ id })));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function keys(): Promise<string[]> {
  const all: string[] = [];
  for await (const { key } of storage.list('')) all.push(key);
  return all;
}

function written(id: string, context = aContext(), format: 'CSV' | 'NDJSON' = 'NDJSON') {
  const audit = new Audit(createLogger('spec', 'silent'));
  const files = new PersonalFiles(storage);
  const progress: number[] = [];
  const job = {
    id,
    owner: 'u1',
    input: { format },
    attempt: 1,
    origin: {},
    signal: new AbortController().signal,
    progress: (done: number) => void progress.push(done),
  };
  const run = new WriteOrderExport(new ExportOrders(orders, audit), storage, files, links).run(context, job);
  return { run, progress };
}

describe('an export of orders as a job', () => {
  it('is a file of the owner, with a link to it', async () => {
    const { run, progress } = written('j1');
    const { url, rows, size, sha256, expiresAt } = await run;
    expect([rows, progress]).toEqual([3, [2, 3]]);
    expect(sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(Date.parse(expiresAt) - Date.now()).toBeGreaterThan(23 * 3_600_000);
    const { key, name } = links.fileOf(url.replace('/v1/files/', ''));
    expect(name).toBe('orders.ndjson');
    expect(key.startsWith(new PersonalFiles(storage).prefixOf('u1', 'exports'))).toBe(true);
    const stored = (await storage.stat(key))!;
    expect(stored.size).toBe(size);
    const lines = (await text((await storage.read(stored))!)).trimEnd().split('\n');
    expect(JSON.parse(lines.at(-1)!)).toEqual({ end: true, rows: 3, cursor: 'o1' });
  });

  it('has one file, however often it is run', async () => {
    const before = await keys();
    await written('j2').run;
    await written('j2', aContext(), 'CSV').run;
    expect(await keys()).toHaveLength(before.length + 1);
  });

  it('leaves no file if it is interrupted', async () => {
    const before = await keys();
    const context = aContext();
    const exportAll = orders.exportAll.bind(orders);
    orders.exportAll = async (...given) => {
      const stream = await exportAll(...given);
      setImmediate(() => context.end());
      return { ...stream, [Symbol.asyncIterator]: () => slowly(stream) };
    };
    await expect(written('j3', context).run).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
    expect(await keys()).toEqual(before);
  });
});

async function* slowly<T>(stream: AsyncIterable<T>) {
  for await (const one of stream) {
    await new Promise(setImmediate);
    yield one;
  }
}
