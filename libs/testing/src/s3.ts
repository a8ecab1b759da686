import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A storage with the protocol of S3. */
export interface S3ForTests {
  /** The address of its bucket, as `STORAGE_URL` has it. */
  url: string;
  accessKeyId: string;
  secretAccessKey: string;
  /** Stops it, and removes what it has stored. */
  stop(): Promise<void>;
}

/** Starts s3rver, whose package has no command. It computes another signature than the SDK where a path ends with `/`. */
const PROGRAM = `
  const S3rver = require('@20minutes/s3rver');
  const options = { directory: process.argv[1], port: 0, silent: true, allowMismatchedSignatures: true };
  const server = new S3rver({ ...options, configureBuckets: [{ name: 'atrium-files' }] });
  server.run().then(({ port }) => console.log(port));
`;

/** An empty bucket of s3rver, a process of its own that stores into a folder. */
export async function s3ForTests(): Promise<S3ForTests> {
  const folder = mkdtempSync(join(tmpdir(), 'atrium-s3-'));
  const server = spawn(process.execPath, ['--eval', PROGRAM, folder], { stdio: ['ignore', 'pipe', 'ignore'] });
  const ended = once(server, 'exit');
  const [port] = await Promise.race([once(server.stdout, 'data'), ended]);
  return {
    url: `s3://atrium-files/shop?endpoint=http://127.0.0.1:${Number(port)}`,
    accessKeyId: 'S3RVER',
    secretAccessKey: 'S3RVER',
    async stop() {
      server.kill();
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
