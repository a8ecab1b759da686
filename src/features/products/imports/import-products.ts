import { Scopes } from '#gateway/declare/access';
import { Limited } from '#gateway/declare/limited';
import { Refuses } from '#gateway/declare/refusals';
import { Audit } from '#gateway/identity/audit/audit';
import { JobView } from '#gateway/jobs/job.view';
import { Jobs } from '#gateway/jobs/jobs';
import { GatewayError } from '#libs/errors';
import type { Context } from '#libs/upstream';
import { type InputOf, parameters } from '#libs/view';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { ImportFiles } from './import-files.ts';
import { IMPORT_FORMATS, IMPORT_TYPES, productFile } from './product-file.ts';
import { RunProductImport } from './run-product-import.ts';

/** The parameters of an import. */
export const ImportProductsQuestion = parameters('ImportProductsQuestion', {
  dryRun: z
    .string()
    .regex(/^(true|false)$/, 'Must be true or false')
    .default('false'),
});

/** A file of products as a client sends it. */
export interface SentFile {
  /** Its media type, without parameters: it is UTF-8. */
  type: string;
  body: AsyncIterable<Uint8Array>;
}

/** Imports products from a file. */
@Scopes('admin')
@Limited({ cost: 20 })
@Refuses('VALIDATION_FAILED', 'STORAGE_FULL')
@Injectable()
export class ImportProducts {
  constructor(
    private readonly files: ImportFiles,
    private readonly jobs: Jobs,
    private readonly audit: Audit,
  ) {}

  /**
   * Stores the file and adds the job that imports it. The same key and file of a caller is the same job.
   * @throws {GatewayError} UNSUPPORTED_MEDIA_TYPE; BAD_REQUEST, VALIDATION_FAILED or PAYLOAD_TOO_LARGE for the file, with line
   *   and column; IDEMPOTENCY_MISMATCH
   */
  async run(
    context: Context,
    { type, body }: SentFile,
    { dryRun }: InputOf<typeof ImportProductsQuestion>,
    idempotencyKey: string | undefined,
  ): Promise<JobView> {
    const format = formatOf(type);
    const isDryRun = dryRun === 'true';
    const { source, size } = await this.files.receive(context.caller.id!, body, productFile(format));
    const job = await this.jobs.add(
      context,
      RunProductImport,
      { source, size, format, isDryRun },
      { idempotencyKey },
    );
    this.audit.write(context, 'import.added', { userId: job.owner, jobId: job.id });
    return JobView.of(job);
  }
}

function formatOf(type: string) {
  const format = IMPORT_FORMATS[type];
  if (format) return format;
  const available = IMPORT_TYPES.join(' or ');
  throw new GatewayError('UNSUPPORTED_MEDIA_TYPE', {
    detail: 'The file must be CSV or JSON lines.',
    errors: [{ field: 'Content-Type', message: `Must be ${available}` }],
  });
}
