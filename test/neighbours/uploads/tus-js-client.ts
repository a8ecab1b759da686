import { createRequire } from 'node:module';
import { join } from 'node:path';
import { tusClients } from './programs.ts';

/** The options of tus-js-client that are used here. */
export interface UploadOptions {
  endpoint: string;
  protocol?: string;
  headers?: Record<string, string>;
  metadata?: Record<string, string>;
  chunkSize?: number;
  parallelUploads?: number;
  retryDelays?: number[];
  onChunkComplete?(size: number, offset: number): void;
  onError(error: Error): void;
  onSuccess(): void;
}

interface Upload {
  readonly url: string | null;
  start(): void;
}

/** The class of tus-js-client, as far as it is used here. */
interface UploadClass {
  new (file: Buffer, options: UploadOptions): Upload;
  terminate(url: string, options: Pick<UploadOptions, 'headers'>): Promise<void>;
}

/** Loads tus-js-client from where it is installed. @throws {Error} if it is not */
export function tusUpload(): UploadClass {
  const load = createRequire(join(tusClients.path, 'package.json'));
  return (load('tus-js-client') as { Upload: UploadClass }).Upload;
}
