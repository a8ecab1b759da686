import { globSync, mkdtempSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { FileLinks } from '#gateway/files/file-links';
import { PersonalFiles } from '#gateway/files/personal-files';
import { KeySet } from '#gateway/identity/keys/key-set';
import { SigningKey } from '#gateway/identity/keys/signing-key';
import { openObjectStorage } from '#libs/object-storage';
import { expect, it } from '@jest/globals';
import { ImportFiles } from './import-files.ts';
import { productFile } from './product-file.ts';

it('a file that is sent again after a day lives as long as a new one', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'atrium-import-files-'));
  const storage = await openObjectStorage({ kind: 'file', folder });
  const people = new PersonalFiles(storage);
  const links = new FileLinks(new KeySet(await SigningKey.make('ES256')));
  const files = new ImportFiles(storage, links, people);
  const sent = () => files.receive('u1', Readable.from([Buffer.from('{"id":"p1"}\n')]), productFile('ndjson'));
  const { source } = await sent();
  const sixDaysAgo = new Date(Date.now() - 6 * 86_400_000);
  for (const file of globSync(`${join(folder, source)}*`)) utimesSync(file, sixDaysAgo, sixDaysAgo);
  expect((await sent()).source).toBe(source);
  expect(await people.deleteExpired(Date.now() + 2 * 86_400_000)).toBe(0);
  expect((await storage.stat(source))?.size).toBe(12);
  rmSync(folder, { recursive: true });
});
