import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as passed } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { watchFiles } from '#libs/process';
import { eventually } from '#libs/testing';

const POLL_MS = 10;
/** Long enough for a change to be seen and to rest. */
const LONG_MS = 600;

describe('watched files', () => {
  let folder: string;
  let stop: () => void = () => {};
  let times = 0;
  beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'atrium-watch-'))));
  afterEach(() => {
    stop();
    rmSync(folder, { recursive: true });
  });

  async function watch(...paths: string[]): Promise<void> {
    times = 0;
    stop = watchFiles(
      () => paths,
      () => void (times += 1),
      POLL_MS,
    );
    await passed(5 * POLL_MS);
  }
  const changed = (count: number) => eventually(() => times >= count);

  it('are reported when they are written, replaced, removed and made again', async () => {
    const path = join(folder, 'settings.json');
    writeFileSync(path, '{}');
    await watch(path);
    writeFileSync(path, '{"a":1}');
    await changed(1);
    writeFileSync(`${path}.new`, '{"a":2}');
    renameSync(`${path}.new`, path);
    await changed(2);
    rmSync(path);
    await changed(3);
    writeFileSync(path, '{"a":2}');
    await changed(4);
    expect(times).toBe(4);
  });

  it('are reported when the link that leads to them is another, as in a mounted volume', async () => {
    for (const version of ['v1', 'v2']) {
      mkdirSync(join(folder, version));
      writeFileSync(join(folder, version, 'settings.json'), '{}');
    }
    symlinkSync('v1', join(folder, '..data'));
    symlinkSync(join('..data', 'settings.json'), join(folder, 'settings.json'));
    await watch(join(folder, 'settings.json'));
    symlinkSync('v2', join(folder, '..data.new'));
    renameSync(join(folder, '..data.new'), join(folder, '..data'));
    await changed(1);
    expect(times).toBe(1);
  });

  it('are reported once where several change in a few steps', async () => {
    const [one, other] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
    writeFileSync(one, 'a');
    writeFileSync(other, 'a');
    await watch(one, other);
    for (const content of ['b', 'bc', 'bcd']) {
      writeFileSync(one, content);
      writeFileSync(other, content);
      await passed(20);
    }
    await changed(1);
    await passed(LONG_MS);
    expect(times).toBe(1);
  });

  it('are not reported when the watch has ended', async () => {
    const path = join(folder, 'settings.json');
    writeFileSync(path, '{}');
    await watch(path);
    stop();
    writeFileSync(path, '{"a":1}');
    await passed(LONG_MS);
    expect(times).toBe(0);
  });
});
