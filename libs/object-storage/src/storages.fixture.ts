import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ObjectStorage, openObjectStorage, parseStorageUrl } from '#libs/object-storage';

/** A storage under test. */
export interface StorageForTests {
  kind: 'file' | 's3';
  /** Opens the storage once more, as another process would. */
  open(): Promise<ObjectStorage>;
  /** Stops and removes what it is stored in. */
  end(): Promise<void>;
}

/** A folder. */
export async function folderForTests(): Promise<StorageForTests> {
  const folder = mkdtempSync(join(tmpdir(), 'atrium-files-'));
  return {
    kind: 'file',
    open: () => openObjectStorage({ kind: 'file', folder }),
    end: async () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** The key that s3rver knows. */
const CREDENTIALS = { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' };

/** Starts s3rver, whose package has no command. It computes another signature than the SDK where a path ends with `/`. */
const PROGRAM = `
  const S3rver = require('@20minutes/s3rver');
  const options = { directory: process.argv[1], port: 0, silent: true, allowMismatchedSignatures: true };
  const server = new S3rver({ ...options, configureBuckets: [{ name: 'atrium-files' }] });
  server.run().then(({ port }) => console.log(port));
`;

/** A bucket of s3rver, which speaks the protocol of S3 and stores into a folder. */
export async function bucketForTests(): Promise<StorageForTests> {
  const folder = mkdtempSync(join(tmpdir(), 'atrium-s3-'));
  const server = spawn(process.execPath, ['--eval', PROGRAM, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(server, 'exit');
  const [port] = await Promise.race([once(server.stdout, 'data'), ended]);
  const location = parseStorageUrl(`s3://atrium-files/shop?endpoint=http://127.0.0.1:${Number(port)}`)!;
  return {
    kind: 's3',
    open: () => openObjectStorage(location, CREDENTIALS),
    async end() {
      server.kill();
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
