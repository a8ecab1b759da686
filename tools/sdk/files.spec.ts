import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { readDocuments, type Documents } from './documents.ts';
import { generatedFiles } from './files.ts';
import { restOperations } from './rest.ts';

let documents: Documents;
let files: Map<string, string>;
beforeAll(async () => {
  documents = readDocuments('.');
  files = await generatedFiles(documents);
});

describe('the client', () => {
  it('is what the documents make of it (npm run sdk)', () => {
    for (const [name, text] of files)
      expect([name, text]).toEqual([name, readFileSync(`clients/sdk/src/generated/${name}`, 'utf8')]);
  });

  it('has the version of the gateway', () => {
    const { version } = JSON.parse(readFileSync('clients/sdk/package.json', 'utf8')) as { version: string };
    expect(version).toBe((JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }).version);
  });

  it('has every operation of the document but views, tus, keys and the navigation to a login', () => {
    const all = Object.values(documents.openapi.paths).flatMap((item) => Object.values(item));
    const names = new Set(restOperations(documents).map(({ name }) => name));
    const missing = all.map(({ operationId }) => operationId).filter((name) => !names.has(name));
    expect(missing.filter((name) => !/^view_|^releasedView$|^graphql|Tus/.test(name)).sort()).toEqual([
      'beginLogin',
      'getKeySet',
    ]);
  });

  it('does not let a member of a body share its name with a parameter', () => {
    const { schemas } = documents.openapi.components;
    for (const { name, input, body } of restOperations(documents)) {
      const members = Object.keys((body && schemas[body.type]?.properties) ?? {});
      expect([name, members.filter((member) => input.has(member))]).toEqual([name, []]);
    }
  });
});
