import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openObjectStorage } from '#libs/object-storage';
import { expect, it } from '@jest/globals';
import { PersonalFiles } from './personal-files.ts';

it("a person's files are deleted in every folder, and nobody else's", async () => {
  const folder = mkdtempSync(join(tmpdir(), 'atrium-people-'));
  const storage = await openObjectStorage({ kind: 'file', folder });
  const files = new PersonalFiles(storage);
  // Outside issuers have such subjects.
  const [one, other] = ['auth0|../../x', 'auth0|y'];
  for (const user of [one, other])
    for (const prefix of [files.prefixOf(user), files.prefixOf(user, 'uploads'), files.prefixOf(user, 'parts')])
      await storage.put(`${prefix}file`, [], { type: 'text/plain' });
  expect(await files.deleteAll(one)).toBe(3);
  expect(await files.deleteAll(one)).toBe(0);
  expect(await files.deleteAll(other)).toBe(3);
  rmSync(folder, { recursive: true });
});
