import { existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { Config } from '#gateway/config/config';
import { GatewayError } from '#libs/errors';
import { Injectable } from '@nestjs/common';
import type { ClientPackage } from './client-snippets.ts';

/** What the build writes beside the files of the portal. */
interface Manifest {
  assets: Readonly<Record<string, string>>;
  client?: ClientPackage;
}

/** A file of the portal as it is sent. */
export interface PortalFile {
  content: Buffer;
  type: string;
  /** The coding of the content, if it is compressed. */
  coding?: 'br' | 'gzip';
}

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.ttf': 'font/ttf',
};
const ENDINGS = { br: '.br', gzip: '.gz' } as const;
/** Names that the build gives to files: no other file is read. */
const NAME = /^[a-z]+(?:-[a-z]+)*-[A-Za-z0-9]{8}\.(?:js|css|ttf)$/;

/** The built scripts and style sheets of the portal, from PORTAL_DIR. Without a build, pages have none. */
@Injectable()
export class PortalAssets {
  private readonly manifest: Manifest;

  constructor(private readonly config: Config) {
    const file = join(config.PORTAL_DIR, 'manifest.json');
    this.manifest = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Manifest) : { assets: {} };
  }

  /** The name of a built file, with its hash; undefined if it was not built. */
  fileOf(asset: string): string | undefined {
    return this.manifest.assets[asset];
  }

  /** The client package, if the gateway has one. */
  get client(): ClientPackage | undefined {
    return this.manifest.client;
  }

  /** The changelog as HTML, which the build has made; undefined if there is none. */
  changelog(): string | undefined {
    const file = join(this.config.PORTAL_DIR, 'changelog.html');
    return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
  }

  /** Reads a file, compressed if the client accepts that. @throws {GatewayError} NOT_FOUND */
  async read(name: string, accepted: readonly string[]): Promise<PortalFile> {
    const type = NAME.test(name) ? TYPES[extname(name)] : undefined;
    if (type === undefined) throw noFile();
    const path = join(this.config.PORTAL_DIR, name);
    for (const coding of ['br', 'gzip'] as const) {
      if (!accepted.includes(coding)) continue;
      const content = await contentOf(path + ENDINGS[coding]);
      if (content) return { content, type, coding };
    }
    const content = await contentOf(path);
    if (!content) throw noFile();
    return { content, type };
  }
}

const noFile = () => new GatewayError('NOT_FOUND', { detail: 'The portal has no such file.' });

async function contentOf(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
