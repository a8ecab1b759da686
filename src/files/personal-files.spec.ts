import { globSync, mkdtempSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ObjectStorage, openObjectStorage } from '#libs/object-storage';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { PersonalFiles } from './personal-files.ts';

// Outside issuers have such subjects.
const [one, other] = ['auth0|../../x', 'auth0|y'];
const text = { type: 'text/plain' };
let folder: string;
let storage: ObjectStorage;
let files: PersonalFiles;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'atrium-people-'));
  storage = await openObjectStorage({ kind: 'file', folder });
  files = new PersonalFiles(storage);
});
afterEach(() => rmSync(folder, { recursive: true }));

it("a person's files are deleted in every folder, and nobody else's", async () => {
  const folders = ['people', 'uploads', 'parts', 'imports', 'exports', 'reports'] as const;
  for (const user of [one, other])
    for (const name of folders) await storage.put(`${files.prefixOf(user, name)}file`, [], text);
  expect(await files.deleteAll(one)).toBe(6);
  expect(await files.deleteAll(one)).toBe(0);
  expect(await files.deleteAll(other)).toBe(6);
});

it("everybody's files whose links have expired are deleted, an hour later", async () => {
  const hours = {
    'exports-24': 24,
    'exports-26': 26,
    'reports-168': 168,
    'reports-170': 170,
    'imports-168': 168,
    'imports-170': 170,
    'people-9000': 9_000,
    'uploads-9000': 9_000,
  };
  for (const user of [one, other])
    for (const [name, age] of Object.entries(hours)) {
      const key = `${files.prefixOf(user, name.split('-')[0] as 'people')}${name}`;
      await storage.put(key, [], text);
      const then = new Date(Date.now() - age * 3_600_000);
      for (const file of globSync(`${join(folder, key)}*`)) utimesSync(file, then, then);
    }
  expect(await files.deleteExpired(Date.now())).toBe(6);
  const left: string[] = [];
  for await (const { key } of storage.list('')) left.push(key.split('/').at(-1)!);
  const kept = ['exports-24', 'imports-168', 'people-9000', 'reports-168', 'uploads-9000'];
  expect(left.sort()).toEqual(kept.flatMap((name) => [name, name]));
});
