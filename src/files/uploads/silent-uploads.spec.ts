import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { GatewayError } from '#libs/errors';
import { type ObjectStorage, openObjectStorage } from '#libs/object-storage';
import { aContext, eventually } from '#libs/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { offsetOf } from './upload-record.ts';
import { bodyOf as text, uploadsOf } from './uploads.fixture.ts';

const context = aContext({ caller: { id: 'u1', scopes: [] } });
describe('an upload', () => {
  let folder: string;
  let storage: ObjectStorage;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'atrium-uploads-'));
    storage = await openObjectStorage({ kind: 'file', folder });
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('ends a request whose client is silent for one that goes on, and keep what it has sent', async () => {
    const { uploads } = uploadsOf(storage);
    const { id } = await uploads.create(context, { length: 10 });
    const body = new Readable({ read: () => {} });
    body.push('12345');
    const first = uploads.append(context, id, { offset: 0 }, body).catch((error: GatewayError) => error.code);
    const state = () => uploads.settledState(context, id).then(offsetOf, () => 0);
    expect(await state()).toBe(0);
    await eventually(async () => (await state()) >= 5, { everyMs: 100 });
    expect(await first).toBe('LOCKED');
    expect((await uploads.append(context, id, { offset: 5 }, text('67890'))).isComplete).toBe(true);
  });
});
