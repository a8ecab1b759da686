import { Readable } from 'node:stream';
import { Audit } from '#gateway/identity/audit/audit';
import { createLogger } from '#libs/observe';
import { openScanner } from '#libs/scan';
import { aContext, LogLines } from '#libs/testing';
import { describe, expect, it } from '@jest/globals';
import { ScanUploads } from './scan-uploads.ts';
import { UploadInspections } from './upload-inspections.ts';

const context = aContext({ caller: { id: 'u1', scopes: [] } });
const fileOf = (text: string) => ({
  id: 'a',
  name: undefined,
  type: 'text/plain',
  size: text.length,
  content: () => Readable.from([Buffer.from(text)]),
});

describe('uploads without SCAN_URL', () => {
  it('are not scanned', async () => {
    const inspections = new UploadInspections();
    new ScanUploads(null, inspections, new Audit(createLogger('spec', 'silent'))).onModuleInit();
    await expect(inspections.run(context, fileOf('anything'))).resolves.toBeUndefined();
  });
});

describe('uploads with SCAN_URL', () => {
  it('are refused while the scanner does not answer: nothing passes unscanned', async () => {
    const inspections = new UploadInspections();
    const scanner = openScanner({ kind: 'clamd', host: '127.0.0.1', port: 1 }, 1_000);
    new ScanUploads(scanner, inspections, new Audit(createLogger('spec', 'silent'))).onModuleInit();
    await expect(inspections.run(context, fileOf('anything'))).rejects.toMatchObject({ code: 'OVERLOADED' });
  });

  it('are refused if a threat is found, and that is in the audit log', async () => {
    const lines = new LogLines();
    const inspections = new UploadInspections();
    const scanner = { scan: async () => ({ isClean: false as const, threat: 'Eicar-Test-Signature' }) };
    new ScanUploads(scanner, inspections, new Audit(createLogger('spec', 'info', lines))).onModuleInit();
    await expect(inspections.run(context, fileOf('x'))).rejects.toMatchObject({ code: 'VALIDATION_FAILED' });
    expect(lines.with({ audit: 'upload.infected' })).toMatchObject([
      { userId: 'u1', reason: 'Eicar-Test-Signature' },
    ]);
  });
});
