import { existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { GatewayError } from '#libs/errors';

/** What a build writes beside its files: the name of each, with its hash, by the name in the source. */
interface Manifest {
  assets: Readonly<Record<string, string>>;
}

/** A built file as it is sent. */
export interface BuiltFile {
  content: Buffer;
  type: string;
  /** The coding of the content, if it is compressed. */
  coding?: 'br' | 'gzip';
}

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.ttf': 'font/ttf',
  '.woff2': 'font/woff2',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.webmanifest': 'application/manifest+json',
};
const ENDINGS = { br: '.br', gzip: '.gz' } as const;
/** Names that builds give to files: no other file is read. */
const NAME = /^[a-z]+(?:-[a-z]+)*-[A-Za-z0-9]{8}\.[a-z0-9]+$/;

/** The files that a build has written to a folder. Without a build there are none. */
export class BuiltFiles<M extends Manifest = Manifest> {
  private knownManifest: M | undefined;

  /** @param isWatched reads the manifest each time: the folder is built again while the gateway runs */
  constructor(
    private readonly folder: string,
    private readonly isWatched = false,
  ) {}

  get manifest(): M {
    if (this.knownManifest && !this.isWatched) return this.knownManifest;
    const file = join(this.folder, 'manifest.json');
    return (this.knownManifest = existsSync(file)
      ? (JSON.parse(readFileSync(file, 'utf8')) as M)
      : ({ assets: {} } as M));
  }

  /** The name of a built file, with its hash; undefined if it was not built. */
  fileOf(asset: string): string | undefined {
    return this.manifest.assets[asset];
  }

  /** Reads a file, compressed if the client accepts that. @throws {GatewayError} NOT_FOUND */
  async read(name: string, accepted: readonly string[]): Promise<BuiltFile> {
    const type = NAME.test(name) ? TYPES[extname(name)] : undefined;
    if (type === undefined) throw noFile();
    const path = join(this.folder, name);
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

const noFile = () => new GatewayError('NOT_FOUND', { detail: 'There is no such file.' });

async function contentOf(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
