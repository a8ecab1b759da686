import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { type IncomingMessage, request as send } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { loadConfig } from '#gateway/config/config';
import { PersonalFiles } from '#gateway/files/personal-files';
import { UploadStore } from '#gateway/files/uploads/upload-store';
import { type RunningGateway, startGateway } from '#gateway/gateway';
import { openObjectStorage } from '#libs/object-storage';
import { createLogger } from '#libs/observe';
import { LogLines } from '#libs/testing';
import { Access } from '#test/support/access';

/** What came back, with the interim responses before it. */
export interface Came {
  status: number;
  headers: IncomingMessage['headers'];
  body: Buffer;
  interim: { statusCode: number; headers: NodeJS.Dict<string | string[]> }[];
}

/** The bytes of something that begins as a PNG does. */
export function aPicture(bytes: number): Buffer {
  const chunk = (name: string, data: Buffer) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(data.length);
    return Buffer.concat([length, Buffer.from(name), data, Buffer.alloc(4)]);
  };
  const header = Buffer.from('00000001000000010806000000', 'hex');
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', header),
    chunk('IDAT', randomBytes(bytes)),
  ]);
}

/** The bytes of a caller's upload in a folder of files. @throws {Error} if it is not complete */
export async function receivedIn(folder: string, as: string, url: string): Promise<Buffer> {
  const storage = await openObjectStorage({ kind: 'file', folder });
  const store = new UploadStore(storage, new PersonalFiles(storage));
  const record = await store.find(as, url.split('/').at(-1)!);
  if (!record?.isComplete) throw new Error('The upload is not complete');
  return buffer(store.contentOf(record.parts));
}

/** What is sent. */
export interface UploadRequest {
  headers?: Record<string, string>;
  /** Who sends it. */
  as?: string;
  body?: Buffer | string;
  /** Breaks the connection off after so many bytes of the body. */
  cutAfter?: number;
}

/** A gateway without services, which stores files into a folder of its own; uploads need no service. */
export class UploadGateway {
  readonly access = new Access();
  readonly log = new LogLines();
  readonly folder = mkdtempSync(join(tmpdir(), 'atrium-uploads-'));
  gateway!: RunningGateway;

  private constructor(private readonly settings: NodeJS.ProcessEnv) {}

  static async open(settings: NodeJS.ProcessEnv = {}): Promise<UploadGateway> {
    const opened = new UploadGateway(settings);
    await opened.start();
    return opened;
  }

  /** Starts the gateway, again with what it has stored. */
  async start(): Promise<void> {
    const config = loadConfig({
      PORT: '0',
      ADMIN_PORT: '0',
      RATE_LIMIT: 'off',
      JWT_PRIVATE_KEY: this.access.privateKey,
      STORAGE_URL: `file:${this.folder}`,
      ...this.settings,
    });
    this.gateway = await startGateway(config, createLogger('gateway', 'info', this.log));
  }

  /** Sends a request. @throws if the connection breaks off */
  async send(
    method: string,
    path: string,
    { headers, as = 'u1', body, cutAfter }: UploadRequest = {},
  ): Promise<Came> {
    const interim: Came['interim'] = [];
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const length = body === undefined ? {} : { 'content-length': `${Buffer.byteLength(body)}` };
      const given = { ...this.access.of(as), ...length, ...headers };
      const request = send(new URL(path, this.gateway.url), { method, headers: given, agent: false }, resolve);
      request.on('information', ({ statusCode, headers: interimHeaders }) =>
        interim.push({ statusCode, headers: interimHeaders }),
      );
      request.on('error', reject);
      if (cutAfter === undefined) request.end(body);
      else request.write((body as Buffer).subarray(0, cutAfter), () => setTimeout(() => request.destroy(), 5));
    });
    return { status: answer.statusCode!, headers: answer.headers, body: await buffer(answer), interim };
  }

  /** The bytes that the gateway has of a caller's upload. @throws {Error} if it is not complete */
  received(as: string, url: string): Promise<Buffer> {
    return receivedIn(this.folder, as, url);
  }

  async close(): Promise<void> {
    await this.gateway.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
