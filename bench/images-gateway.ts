// The gateway of npm run bench:workers: it resizes images where its parent says, while it serves requests.
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '#gateway/config/config';
import { keyOfImage } from '#gateway/features/products/image/product-image';
import { Pictures } from '#gateway/files/pictures';
import { startGateway } from '#gateway/gateway';
import { Images } from '#libs/images';
import { openObjectStorage } from '#libs/object-storage';
import { createLogger } from '#libs/observe';
import { WorkerPool } from '#libs/workers';
import sharp from 'sharp';

const SIZES = [
  { name: 'small', maxSide: 96 },
  { name: 'medium', maxSide: 320 },
  { name: 'large', maxSide: 1_024 },
];

/** What the parent sends: how many images, and where they are resized. */
export interface Order {
  count: number;
  where: 'inline' | 'pool';
}

const folder = mkdtempSync(join(tmpdir(), 'atrium-images-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
const config = loadConfig({
  ...process.env,
  STORAGE_URL: `file:${folder}`,
  PORT: '0',
  ADMIN_PORT: '0',
  RATE_LIMIT: 'off',
  SHEDDING: 'off',
  LOG_LEVEL: 'silent',
});
const gateway = await startGateway(config, createLogger('gateway', 'silent'));
const pool = new WorkerPool({ maxQueued: 1_000 });
const images = new Images(pool, { maxPixels: 25_000_000, maxBytes: 20_000_000, timeoutMs: 600_000 });
const photo = await aPhoto();
await new Pictures(pool, await openObjectStorage({ kind: 'file', folder })).keep(keyOfImage('p1'), photo);

/** A picture with edges and noise, 12 million pixels, as phones take them. */
function aPhoto(): Promise<Buffer> {
  const noise = { type: 'gaussian', mean: 128, sigma: 40 } as const;
  return sharp({ create: { width: 4_000, height: 3_000, channels: 3, noise, background: 'gray' } })
    .blur(3)
    .jpeg({ quality: 85 })
    .toBuffer();
}

/** As a handler does it that awaits sharp: each request starts at once, with sharp's defaults. */
async function inline(): Promise<void> {
  for (const { maxSide } of SIZES) {
    const size = { width: maxSide, height: maxSide, fit: 'inside' } as const;
    await sharp(photo).autoOrient().resize(size).webp({ quality: 80 }).toBuffer();
  }
}

process.on('message', ({ count, where }: Order) => {
  const one = async () => void (await (where === 'inline' ? inline() : images.sizes(photo, SIZES)));
  const startedAt = performance.now();
  void Promise.all(Array.from({ length: count }, one)).then(
    () => process.send!({ durationMs: performance.now() - startedAt }),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});
process.on('disconnect', () => process.exit(0));
process.send!({ url: gateway.url, threads: pool.threads, cores: availableParallelism(), bytes: photo.length });
