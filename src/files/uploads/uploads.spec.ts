import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { PersonalFiles } from '#gateway/files/personal-files';
import { GatewayError } from '#libs/errors';
import { type ObjectStorage, openObjectStorage } from '#libs/object-storage';
import { aContext } from '#libs/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { offsetOf } from './upload-record.ts';
import { bodyOf as text, uploadsOf } from './uploads.fixture.ts';

const LIFE_MS = 86_400_000;
const context = aContext({ caller: { id: 'u1', scopes: [] } });
describe('uploads', () => {
  let folder: string;
  let storage: ObjectStorage;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'atrium-uploads-'));
    storage = await openObjectStorage({ kind: 'file', folder });
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const gateway = (over = storage, settings: Record<string, string> = {}) => uploadsOf(over, settings);

  it('are stored part by part, so that a killed gateway loses the last one at most', async () => {
    const { uploads, store } = gateway();
    const { id } = await uploads.create(context, { length: 9_000_000 });
    // What a killed process does: nothing any more.
    const end = Promise.withResolvers<void>();
    async function* killed() {
      for (let i = 0; i < 5; i += 1) yield Buffer.alloc(1_000_000, i);
      await end.promise;
    }
    const appended = uploads.append(context, id, { offset: 0 }, Readable.from(killed()));
    let offset = 0;
    while (offset === 0) offset = offsetOf((await store.find('u1', id))!);
    expect(offset).toBe(4_194_304);
    const other = gateway();
    await other.uploads.append(context, id, { offset }, Readable.from([Buffer.alloc(9_000_000 - offset)]));
    expect((await other.uploads.find(context, id)).isComplete).toBe(true);
    // A file that nobody closes is an error of the process.
    end.reject(new GatewayError('REQUEST_TIMEOUT'));
    await expect(appended).rejects.toMatchObject({ code: 'REQUEST_TIMEOUT' });
  });

  it('keep what has arrived before the body failed', async () => {
    const { uploads } = gateway();
    const { id } = await uploads.create(context, { length: 10 });
    async function* slow() {
      yield Buffer.from('12345');
      throw new GatewayError('REQUEST_TIMEOUT');
    }
    const sent = uploads.append(context, id, { offset: 0 }, Readable.from(slow()));
    await expect(sent).rejects.toMatchObject({ code: 'REQUEST_TIMEOUT' });
    expect(offsetOf(await uploads.find(context, id))).toBe(5);
  });

  it('of many short requests have few parts', async () => {
    const { uploads } = gateway();
    const { id } = await uploads.create(context, { length: 60 });
    for (let offset = 0; offset < 60; offset += 1) await uploads.append(context, id, { offset }, text('x'));
    const { parts, isComplete } = await uploads.find(context, id);
    expect([parts.length, isComplete]).toEqual([1, true]);
    expect(
      readdirSync(folder, { recursive: true }).filter((name) => String(name).startsWith('parts/')),
    ).toHaveLength(2);
  });

  it('expire, and are swept with their parts and those that nobody names', async () => {
    const { uploads, store } = gateway();
    const { id } = await uploads.create(context, { length: 10 });
    await uploads.append(context, id, { offset: 0 }, text('12345'));
    await store.savePart('u1', id, [Buffer.from('of a killed process')]);
    expect(await store.sweep(Date.now() + LIFE_MS - 60_000, LIFE_MS)).toEqual({ uploads: 0, objects: 0 });
    expect(await store.sweep(Date.now() + LIFE_MS + 60_000, LIFE_MS)).toEqual({ uploads: 1, objects: 2 });
    expect(await store.sweep(Date.now() + 2 * LIFE_MS + 60_000, LIFE_MS)).toEqual({ uploads: 0, objects: 1 });
    const left = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    expect(left.map(({ name }) => name)).toEqual(['.identity']);
  });

  it('that have expired are gone', async () => {
    const { uploads, store } = gateway();
    const record = await uploads.create(context, { length: 10 });
    await store.save('u1', { ...record, expiresAt: Date.now() - 1 });
    await expect(uploads.find(context, record.id)).rejects.toMatchObject({ code: 'GONE' });
    await expect(uploads.find(context, record.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('are inspected before they are used: refused ones are deleted, others are tried again', async () => {
    const { uploads, kept, inspections } = gateway();
    let verdict: GatewayError | undefined = new GatewayError('UPSTREAM_UNAVAILABLE');
    const seen: string[] = [];
    inspections.add({
      async inspect(_, { type, size, content }) {
        for await (const chunk of content()) seen.push(`${type} ${size} ${(chunk as Buffer).toString()}`);
        if (verdict) throw verdict;
      },
    });
    const upload = async () => {
      const { id } = await uploads.create(context, { length: 4, type: 'text/plain' });
      return { id, sent: uploads.append(context, id, { offset: 0 }, text('text')) };
    };
    const taken = { types: ['text/plain'], maxBytes: 10 };
    const first = await upload();
    await expect(first.sent).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
    await expect(kept.file(context, first.id, taken)).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
    verdict = undefined;
    expect((await kept.file(context, first.id, taken)).type).toBe('text/plain');
    verdict = new GatewayError('VALIDATION_FAILED');
    const second = await upload();
    await expect(second.sent).rejects.toMatchObject({ code: 'VALIDATION_FAILED' });
    await expect(uploads.find(context, second.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(new Set(seen)).toEqual(new Set(['text/plain 4 text']));
  });

  it('are kept once, and refused if they are not complete, of another type, or too large', async () => {
    const { uploads, kept } = gateway(storage, { FILES_QUOTA_BYTES: '6' });
    const { id } = await uploads.create(context, { length: 4, type: 'text/plain', name: 'a.txt' });
    const taken = { types: ['text/plain'], maxBytes: 10 };
    const keep = (key: string, more = {}) => kept.keep(context, id, { key, ...taken, ...more });
    const people = new PersonalFiles(storage).prefixOf('u1');
    await expect(keep(`${people}a`)).rejects.toMatchObject({ code: 'CONFLICT' });
    await uploads.append(context, id, { offset: 0 }, text('te', 'xt'));
    await expect(keep(`${people}a`, { types: ['image/png'] })).rejects.toMatchObject({
      code: 'UNSUPPORTED_MEDIA_TYPE',
    });
    await expect(keep(`${people}a`, { maxBytes: 3 })).rejects.toMatchObject({ code: 'PAYLOAD_TOO_LARGE' });
    const stored = await keep(`${people}a`);
    expect(stored).toMatchObject({ size: 4, type: 'text/plain', metadata: { name: 'a.txt' } });
    expect(await keep(`${people}a`)).toEqual(stored);
    await expect(keep(`${people}b`)).rejects.toMatchObject({ code: 'CONFLICT' });
    // Four bytes of six are kept.
    const other = await uploads.create(context, { length: 4, type: 'text/plain' });
    await uploads.append(context, other.id, { offset: 0 }, text('more'));
    const second = kept.keep(context, other.id, { key: `${people}b`, ...taken });
    await expect(second).rejects.toMatchObject({ code: 'PAYLOAD_TOO_LARGE' });
  });

  it('are kept by names that every storage can keep: no character is cut in two', async () => {
    const { uploads, kept } = gateway();
    const { id } = await uploads.create(context, {
      length: 1,
      type: 'text/plain',
      name: `${'x'.repeat(199)}😀.txt`,
    });
    await uploads.append(context, id, { offset: 0 }, text('x'));
    const { metadata } = await kept.keep(context, id, { key: 'people/a', types: ['text/plain'], maxBytes: 10 });
    expect(metadata['name']).toBe(`${'x'.repeat(199)}\ufffd`);
  });

  it('wait for a request whose client has left, and refuse beside one whose client has not', async () => {
    const { uploads } = gateway();
    const { id } = await uploads.create(context, { length: 10 });
    const [reading, going] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    let isGone = false;
    async function* body() {
      yield Buffer.from('12345');
      reading.resolve();
      await going.promise;
    }
    const first = uploads.append(context, id, { offset: 0, isGone: () => isGone }, Readable.from(body()));
    await reading.promise;
    const second = () => uploads.append(context, id, { offset: 5 }, text('67890'));
    await expect(second()).rejects.toMatchObject({ code: 'LOCKED' });
    isGone = true;
    const third = second();
    going.resolve();
    expect((await third).isComplete).toBe(true);
    await first;
  });

  it('cannot become shorter than what has arrived', async () => {
    const { uploads } = gateway();
    const { id } = await uploads.create(context, {});
    await uploads.append(context, id, { offset: 0 }, text('1234567890'));
    await expect(uploads.append(context, id, { offset: 10, length: 5 })).rejects.toMatchObject({
      code: 'BAD_REQUEST',
      errors: [{ field: 'Upload-Length', message: 'Must be at least 10, which has arrived' }],
    });
    expect((await uploads.append(context, id, { offset: 10, length: 10 })).isComplete).toBe(true);
  });

  it('are concatenated once, however many requests ask for it', async () => {
    const { uploads, kept } = gateway();
    const partial = async (content: string) => {
      const { id } = await uploads.create(context, { length: content.length, isPart: true });
      await uploads.append(context, id, { offset: 0 }, text(content));
      return id;
    };
    const ids = [await partial('one '), await partial('two')];
    const make = (of: string[]) => uploads.concatenate(context, of, { type: 'text/plain' });
    const results = await Promise.allSettled([ids, ids.toReversed(), ids].map(make));
    const made = results.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    expect(made).toHaveLength(1);
    for (const result of results)
      if (result.status === 'rejected') expect(['LOCKED', 'NOT_FOUND']).toContain(result.reason.code);
    await expect(uploads.concatenate(context, ids, {})).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const file = { key: 'people/a', types: ['text/plain'], maxBytes: 10 };
    expect(await kept.keep(context, made[0]!.id, file)).toMatchObject({ size: 7 });
  });

  it('of unknown length have the quota together, also while they grow at once', async () => {
    const { uploads, store } = gateway(storage, { UPLOAD_QUOTA_BYTES: '5000000', UPLOAD_LIMIT_BYTES: '3000000' });
    const value = createHash('sha256').update(Buffer.alloc(2e6)).digest();
    const digest = { algorithm: 'sha256' as const, value };
    const ids = await Promise.all(Array.from({ length: 4 }, async () => (await uploads.create(context, {})).id));
    const going = Promise.withResolvers<void>();
    async function* body() {
      yield Buffer.alloc(1e6);
      await going.promise;
      yield Buffer.alloc(1e6);
    }
    const append = (id: string, at: number) => {
      const given = { offset: 0, isLast: true, digest: at % 2 ? digest : undefined };
      return uploads.append(context, id, given, Readable.from(body()));
    };
    const results = Promise.allSettled(ids.map(append));
    going.resolve();
    const codes = (await results).map((one) => (one.status === 'fulfilled' ? 'kept' : one.reason.code));
    expect(codes.toSorted()).toEqual(['PAYLOAD_TOO_LARGE', 'PAYLOAD_TOO_LARGE', 'kept', 'kept']);
    const records = await store.all('u1');
    expect(records.reduce((sum, record) => sum + offsetOf(record), 0)).toBe(4_000_000);
    const parts = readdirSync(join(folder, 'parts'), { recursive: true });
    expect(parts.filter((one) => one.includes('.object'))).toHaveLength(2);
  });
});
