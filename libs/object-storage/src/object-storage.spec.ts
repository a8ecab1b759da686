import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ListedObject, ObjectStorage } from './object-storage.ts';
import { bucketForTests, folderForTests, type StorageForTests } from './storages.fixture.ts';

const TEXT = { type: 'text/plain' };

describe.each([
  ['a folder', folderForTests],
  ['a bucket of S3', bucketForTests],
])('%s', (_, start) => {
  let server: StorageForTests;
  let storage: ObjectStorage;

  beforeAll(async () => {
    server = await start();
    storage = await server.open();
  });
  afterAll(async () => {
    await storage.close();
    await server.end();
  });

  const contentOf = async (key: string, range?: { start: number; end: number }) =>
    buffer((await storage.read((await storage.stat(key))!, range))!);
  const listed = async (prefix: string) => {
    const found: ListedObject[] = [];
    for await (const object of storage.list(prefix)) found.push(object);
    return found;
  };
  const keysBelow = async (prefix: string) => (await listed(prefix)).map(({ key }) => key).sort();

  it('returns what was stored, with its type, size and metadata, to every process', async () => {
    const metadata = { 'file-name': 'Rechnung Nr. 7 – für Ada "x".txt' };
    const content = Buffer.from('twelve bytes');
    const written = await storage.put('whole/one', [content.subarray(0, 5), content.subarray(5)], {
      ...TEXT,
      metadata,
    });
    expect(written).toEqual({
      key: 'whole/one',
      size: 12,
      sha256: createHash('sha256').update(content).digest('hex'),
    });

    const other = await server.open();
    const object = (await other.stat('whole/one'))!;
    expect(object).toMatchObject({ key: 'whole/one', size: 12, type: 'text/plain', metadata });
    expect(object.etag).toMatch(/^"[^"]{10,}"$/);
    expect(Math.abs(object.modifiedAt.getTime() - Date.now())).toBeLessThan(60_000);
    expect(await buffer((await other.read(object))!)).toEqual(content);
    expect(other.identity).toBe(storage.identity);
    await other.close();
  });

  it('stores 12 MB from a stream, and returns any range of it', async () => {
    const content = randomBytes(12_000_000);
    await storage.put('large', Readable.from(slices(content, 700_001)), TEXT);
    expect((await storage.stat('large'))!.size).toBe(content.length);
    expect((await contentOf('large')).equals(content)).toBe(true);
    for (const [start, end] of [
      [0, 1],
      [5_242_879, 5_242_881],
      [11_999_999, 11_999_999],
      [3, 9_000_000],
    ] as const)
      expect((await contentOf('large', { start, end })).equals(content.subarray(start, end + 1))).toBe(true);
  });

  it('stores nothing at all', async () => {
    await storage.put('empty', [], TEXT);
    expect((await storage.stat('empty'))!.size).toBe(0);
    expect(await contentOf('empty')).toHaveLength(0);
  });

  it('shows nothing of an object whose source fails, and keeps the one before', async () => {
    async function* failing(bytes: number) {
      yield Buffer.alloc(bytes);
      throw new Error('the client has left');
    }
    await expect(storage.put('partial', failing(100), TEXT)).rejects.toThrow('the client has left');
    await expect(storage.put('partial', failing(6_000_000), TEXT)).rejects.toThrow('the client has left');
    expect(await storage.stat('partial')).toBeUndefined();
    await storage.put('partial', [Buffer.from('before')], TEXT);
    await expect(storage.put('partial', failing(100), TEXT)).rejects.toThrow('the client has left');
    expect((await contentOf('partial')).toString()).toBe('before');
    expect(await keysBelow('')).not.toContain('partial/');
  });

  it('replaces an object at once: another tag, and what was found before is no longer read', async () => {
    await storage.put('replaced', [Buffer.from('one')], TEXT);
    const before = (await storage.stat('replaced'))!;
    await storage.put('replaced', [Buffer.from('two')], TEXT);
    const after = (await storage.stat('replaced'))!;
    expect(after.etag).not.toBe(before.etag);
    expect(await storage.read(before)).toBeUndefined();
    expect((await contentOf('replaced')).toString()).toBe('two');
  });

  it('lists and deletes what is below a prefix, and nothing else', async () => {
    for (const key of ['people/a/1', 'people/a/deep/2', 'people/ab/3', 'people/a-/4'])
      await storage.put(key, [Buffer.from(key)], TEXT);
    expect(await keysBelow('people/a/')).toEqual(['people/a/1', 'people/a/deep/2']);
    expect((await listed('people/a/')).map(({ size }) => size).sort()).toEqual([10, 15]);
    await storage.delete('people/a/1');
    await storage.delete('people/a/1');
    expect(await keysBelow('people/a/')).toEqual(['people/a/deep/2']);
    expect(await storage.deleteAll('people/a/')).toBe(1);
    expect(await keysBelow('people/')).toEqual(['people/a-/4', 'people/ab/3']);
    expect(await keysBelow('none/')).toEqual([]);
  });

  it('has no object that was never stored', async () => {
    expect(await storage.stat('never')).toBeUndefined();
    expect(await storage.stat('whole/one/below')).toBeUndefined();
  });

  it.each(['', '/a', 'a/', 'a//b', '../a', 'a/../b', 'a/./b', 'a.b', 'a\\b', 'ä', 'a b', 'x'.repeat(129)])(
    'refuses the key %j, which no part of the gateway makes',
    async (key) => {
      await expect(storage.stat(key)).rejects.toThrow(TypeError);
      await expect(storage.put(key, [], TEXT)).rejects.toThrow(TypeError);
      await expect(storage.delete(key)).rejects.toThrow(TypeError);
    },
  );
});

function* slices(content: Buffer, bytes: number): Generator<Buffer> {
  for (let at = 0; at < content.length; at += bytes) yield content.subarray(at, at + bytes);
}
