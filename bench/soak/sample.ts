import { readdirSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Redis } from 'ioredis';
import { residentMegabytes } from '#bench/proc';
import type { SoakedShop } from './soaked-shop.ts';

/** What the gateway holds at one time. Memory is in MB. */
export interface Sample {
  minute: number;
  rss: number;
  heapUsed: number;
  /** After a full collection, if one was asked for. */
  heapCollected?: number;
  /** Buffers and what native code holds for objects. */
  external: number;
  descriptors: number;
  descriptorsByKind: Record<string, number>;
  /** Handles and requests of libuv and timers, as Node.js counts them. */
  resources: number;
  resourcesByType: Record<string, number>;
  streamsOpen: number;
  redisMb: number;
  redisKeys: number;
  sqliteMb: number;
  filesMb: number;
  requests: number;
  failed: number;
}

const MB = 1_048_576;

/** Takes a sample. @param isCollected whether garbage is collected after it is taken, for `heapCollected` */
export async function sampleOf(
  shop: SoakedShop,
  redis: Redis,
  isCollected: boolean,
): Promise<Omit<Sample, 'minute' | 'streamsOpen' | 'requests' | 'failed'>> {
  const rss = residentMegabytes(shop.pid);
  const descriptorsByKind = descriptorsOf(shop.pid);
  const { memory, resources: resourcesByType } = await shop.probe('now');
  const collected = isCollected ? await shop.probe('collected') : undefined;
  const used = /^used_memory:(\d+)/m.exec(await redis.info('memory'));
  return {
    rss,
    heapUsed: memory.heapUsed / MB,
    ...(collected && { heapCollected: collected.memory.heapUsed / MB }),
    external: memory.external / MB,
    descriptors: sum(descriptorsByKind),
    descriptorsByKind,
    resources: sum(resourcesByType),
    resourcesByType,
    redisMb: Number(used![1]) / MB,
    redisKeys: await redis.dbsize(),
    sqliteMb: sizeOf(shop.dataDir, (name) => name.includes('.sqlite') || name.includes('.db')) / MB,
    filesMb: sizeOf(join(shop.dataDir, 'files'), () => true) / MB,
  };
}

/** The open descriptors of a process by kind: `socket`, `anon_inode`, a file. */
function descriptorsOf(pid: number): Record<string, number> {
  const folder = `/proc/${pid}/fd`;
  const kinds: Record<string, number> = {};
  for (const fd of readdirSync(folder)) {
    const kind = kindOf(join(folder, fd));
    if (kind) kinds[kind] = (kinds[kind] ?? 0) + 1;
  }
  return kinds;
}

/** Undefined if it has been closed meanwhile. */
function kindOf(link: string): string | undefined {
  try {
    const target = readlinkSync(link);
    return target.startsWith('/') ? 'file' : target.replace(/:?\[.*$/, '');
  } catch {
    return undefined;
  }
}

function sizeOf(folder: string, isMeant: (name: string) => boolean): number {
  let bytes = 0;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !isMeant(entry.name)) continue;
    // Files come and go.
    bytes += statSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false })?.size ?? 0;
  }
  return bytes;
}

const sum = (counts: Record<string, number>) => Object.values(counts).reduce((all, one) => all + one, 0);
