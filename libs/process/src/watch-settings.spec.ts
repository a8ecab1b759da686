import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSettings, secret, SettingsError, watchSettings } from '#libs/process';
import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import { z } from 'zod';

const schema = z.object({ TOKEN: secret(z.string().min(4, 'must be longer')), NAME: z.string() });
const folder = mkdtempSync(join(tmpdir(), 'atrium-watch-settings-'));
const file = join(folder, 'token');
const write = (text: string) => {
  writeFileSync(`${file}.next`, text, { mode: 0o600 });
  renameSync(`${file}.next`, file);
};
const endings: (() => void)[] = [];
afterEach(() => endings.splice(0).forEach((end) => end()));
afterAll(() => rmSync(folder, { recursive: true }));

type Heard = Readonly<z.infer<typeof schema>> | SettingsError;

/** What a watch hears, one after the other. */
function watched(settings: Readonly<z.infer<typeof schema>>) {
  const waiting: ((heard: Heard) => void)[] = [];
  const hear = (heard: unknown) => waiting.shift()?.(heard as Heard);
  endings.push(watchSettings(settings, hear, hear));
  return () => new Promise<Heard>((resolve) => void waiting.push(resolve));
}

describe('watched settings', () => {
  it('are read again when the file of a secret changes; where it is wrong they are refused', async () => {
    write('first');
    const next = watched(readSettings(schema, { TOKEN_FILE: file, NAME: 'n' }));
    const second = next();
    write('second');
    expect(await second).toEqual({ TOKEN: 'second', NAME: 'n' });
    const wrong = next();
    write('no');
    expect(await wrong).toMatchObject({ problems: [{ setting: 'TOKEN', message: 'must be longer' }] });
    const third = next();
    write('third');
    expect(await third).toEqual({ TOKEN: 'third', NAME: 'n' });
  });

  it('are read again where the file has changed before the watch began', () => {
    write('before');
    const settings = readSettings(schema, { TOKEN_FILE: file, NAME: 'n' });
    write('between');
    const heard: Heard[] = [];
    endings.push(
      watchSettings(
        settings,
        (changed) => void heard.push(changed),
        () => {},
      ),
    );
    expect(heard).toEqual([{ TOKEN: 'between', NAME: 'n' }]);
  });

  it('without a file, or made in a test, are not watched', () => {
    for (const settings of [readSettings(schema, { TOKEN: 'text', NAME: 'n' }), { TOKEN: 'text', NAME: 'n' }])
      expect(
        watchSettings(
          settings,
          () => {},
          () => {},
        ),
      ).not.toThrow();
  });
});
