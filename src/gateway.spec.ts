import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '#gateway/config/config';
import { createLogger } from '#libs/observe';
import { SettingsError } from '#libs/process';
import { LogLines } from '#libs/testing';
import { afterAll, afterEach, describe, expect, it, jest } from '@jest/globals';
import { startGateway } from './gateway.ts';

const folder = mkdtempSync(join(tmpdir(), 'atrium-gateway-'));
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => void jest.restoreAllMocks());

describe('a gateway that cannot start', () => {
  it('leaves the reason to its process, which reports it once: Nest writes nothing', async () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    const written: string[] = [];
    for (const stream of [process.stdout, process.stderr])
      jest.spyOn(stream, 'write').mockImplementation((text) => written.push(String(text)) > 0);
    const log = new LogLines();
    const config = loadConfig({ PORT: '0', ADMIN_PORT: '0', STORAGE_URL: `file://${file}/below` });
    const started = startGateway(config, createLogger('gateway', 'info', log));
    await expect(started).rejects.toThrow(SettingsError);
    expect([written.join(''), log.lines]).toEqual(['', []]);
  });
});
