import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { oneAtATime } from './one-at-a-time.ts';

let folder: string;
let lock: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'atrium-lock-'));
  lock = join(folder, 'below', 'lock');
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('work that one process does at a time', () => {
  it('waits for the work that has begun, also where that fails', async () => {
    const order: string[] = [];
    const gate = Promise.withResolvers<void>();
    const first = oneAtATime(lock, async () => {
      await gate.promise;
      order.push('first');
      throw new Error('broken');
    });
    const second = oneAtATime(lock, async () => void order.push('second'));
    gate.resolve();
    await expect(first).rejects.toThrow('broken');
    await second;
    expect([order, existsSync(lock)]).toEqual([['first', 'second'], false]);
  });

  it('does not wait for a process that has ended', async () => {
    await oneAtATime(lock, async () => undefined);
    writeFileSync(lock, String(spawnSync(process.execPath, ['--version']).pid));
    expect(await oneAtATime(lock, async () => 'done')).toBe('done');
  });
});
