import { globSync, mkdtempSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '#gateway/config/config';
import { PersonalFiles } from '#gateway/files/personal-files';
import { type ObjectStorage, openObjectStorage } from '#libs/object-storage';
import { createLogger } from '#libs/observe';
import { LogLines } from '#libs/testing';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { PinoLogger } from 'nestjs-pino';
import { StoredUploadsModule } from './stored-uploads.module.ts';
import { SweepFiles } from './sweep-files.ts';
import { UploadCounts } from './upload-counts.ts';
import { UploadStore } from './upload-store.ts';

const HOUR_MS = 3_600_000;

describe('files that have expired', () => {
  let folder: string;
  let storage: ObjectStorage;
  let sweep: SweepFiles;
  let log: LogLines;
  let counts: UploadCounts;

  beforeEach(async () => {
    jest.useFakeTimers({ doNotFake: ['Date', 'nextTick', 'queueMicrotask', 'setImmediate'] });
    log = new LogLines();
    counts = new UploadCounts();
    folder = mkdtempSync(join(tmpdir(), 'atrium-sweep-'));
    storage = await openObjectStorage({ kind: 'file', folder });
    const files = new PersonalFiles(storage);
    const store = new UploadStore(storage, files);
    const logger = createLogger('gateway', 'info', log) as unknown as PinoLogger;
    sweep = new SweepFiles(loadConfig({}), store, files, counts, logger);
    sweep.onApplicationBootstrap();
    await expire('old');
    const record = { id: store.newId(), parts: [await store.savePart('u1', 'a', [Buffer.from('b')])] };
    await store.save('u1', { ...record, expiresAt: Date.now() - 1 } as never);
  });
  afterEach(() => {
    sweep.onApplicationShutdown();
    jest.useRealTimers();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Stores a file of an export whose link has expired. */
  async function expire(name: string): Promise<void> {
    const key = `${new PersonalFiles(storage).prefixOf('u1', 'exports')}${name}`;
    await storage.put(key, [], { type: 'text/csv' });
    const then = new Date(Date.now() - 26 * HOUR_MS);
    for (const file of globSync(`${join(folder, key)}*`)) utimesSync(file, then, then);
  }

  it('are deleted within an hour, and those that expire later within the next one, whoever comes', async () => {
    jest.advanceTimersByTime(HOUR_MS);
    expect(await log.first({ msg: 'expired files deleted' })).toMatchObject({ deleted: 3 });
    expect([await keys(storage), counts.ended.get('expired')]).toEqual([[], 1]);
    await expire('later');
    jest.advanceTimersByTime(HOUR_MS);
    expect(await log.first({ msg: 'expired files deleted', deleted: 1 })).toBeDefined();
  });

  it('are deleted by every gateway', () => {
    expect(Reflect.getMetadata('providers', StoredUploadsModule)).toContain(SweepFiles);
  });

  it('are deleted by the next run if one fails', async () => {
    const broken = `${new PersonalFiles(storage).prefixOf('u2', 'uploads')}${'a'.repeat(22)}`;
    await storage.put(broken, [Buffer.from('{')], { type: 'application/json' });
    await sweep.run();
    expect(log.with({ msg: 'expired files not deleted' })).toHaveLength(1);
    await storage.delete(broken);
    jest.advanceTimersByTime(HOUR_MS);
    await log.first({ msg: 'expired files deleted' });
    expect(await keys(storage)).toEqual([]);
  });
});

async function keys(storage: ObjectStorage): Promise<string[]> {
  const all: string[] = [];
  for await (const { key } of storage.list('')) all.push(key);
  return all;
}
