import type { Readable } from 'node:stream';
import type { Context } from '#libs/upstream';
import { Injectable } from '@nestjs/common';

/** A file that was uploaded. */
export interface UploadedFile {
  id: string;
  /** The file name as it was sent, which may have any characters; undefined for none. */
  name: string | undefined;
  /** The media type by its first bytes. */
  type: string;
  /** In bytes. */
  size: number;
  /** Its content, from the beginning. */
  content(): Readable;
}

/** Looks at every uploaded file before a feature may use it: for example a virus scanner. */
export interface UploadInspection {
  /**
   * Returns for a file that may be used.
   * @throws {GatewayError} with a 4xx for one that may not: the upload is deleted. After another error the upload stays, and is
   * inspected again when the client tries again
   */
  inspect(context: Context, file: UploadedFile): Promise<void>;
}

/** The inspections of uploads, in the order in which they were added. */
@Injectable()
export class UploadInspections {
  private readonly all: UploadInspection[] = [];

  /** Adds an inspection. Call it in `onModuleInit`. */
  add(inspection: UploadInspection): void {
    this.all.push(inspection);
  }

  /** Runs all inspections. @throws what the first failing one throws */
  async run(context: Context, file: UploadedFile): Promise<void> {
    for (const inspection of this.all) await inspection.inspect(context, file);
  }
}
