import { Audit } from '#gateway/identity/audit/audit';
import { GatewayError } from '#libs/errors';
import { Scanner } from '#libs/scan';
import type { Context } from '#libs/upstream';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { type UploadedFile, type UploadInspection, UploadInspections } from './upload-inspections.ts';

/** Has uploads scanned for viruses, if `SCAN_URL` is set. */
@Injectable()
export class ScanUploads implements UploadInspection, OnModuleInit {
  constructor(
    @Inject(Scanner) private readonly scanner: Scanner | null,
    private readonly inspections: UploadInspections,
    private readonly audit: Audit,
  ) {}

  onModuleInit(): void {
    if (this.scanner) this.inspections.add(this);
  }

  /** @throws {GatewayError} VALIDATION_FAILED for a file with a threat, OVERLOADED if it cannot be scanned */
  async inspect(context: Context, file: UploadedFile): Promise<void> {
    // Not by the deadline of the request, which may have taken minutes to arrive: the scanner has its own.
    const verdict = await this.scanner!.scan(file.content());
    if (verdict.isClean) return;
    this.audit.write(context, 'upload.infected', { userId: context.caller.id, reason: verdict.threat });
    const errors = [{ field: 'file', message: 'Was refused by the virus scan' }];
    throw new GatewayError('VALIDATION_FAILED', { detail: 'The file was refused.', errors });
  }
}
