import type { Session } from 'node:inspector/promises';
import { setTimeout as passed } from 'node:timers/promises';
import { Config } from '#gateway/config/config';
import { Audit } from '#gateway/identity/audit/audit';
import { Readiness } from '#gateway/operations/readiness';
import { GatewayError } from '#libs/errors';
import type { Context } from '#libs/upstream';
import { Injectable } from '@nestjs/common';
import type { Readable } from 'node:stream';
import type { Profile, SampledKind } from './profile.ts';

/** The mean distance of samples of a CPU profile, in microseconds. */
const CPU_INTERVAL_US = 1_000;
/** The mean distance of samples of an allocation profile, in bytes. */
const ALLOCATION_INTERVAL_BYTES = 32_768;
/** How many times the used heap must be free for a snapshot of it, which copies the heap and then writes it. */
const HEAPS_FREE = 12;

/** Takes profiles of this process, one at a time. */
@Injectable()
export class Profiles {
  private isRunning = false;

  constructor(
    private readonly config: Config,
    private readonly readiness: Readiness,
    private readonly audit: Audit,
  ) {}

  /** Whether the settings allow snapshots of the heap. */
  get allowsHeapSnapshots(): boolean {
    const { HEAP_SNAPSHOTS, NODE_ENV } = this.config;
    return (HEAP_SNAPSHOTS ?? (NODE_ENV === 'production' ? 'off' : 'on')) === 'on';
  }

  /**
   * Takes a profile. Nobody who requests one waits longer than `seconds`, and all requests go on meanwhile.
   * @param signal ends it early, with what was sampled until then
   * @returns once it has begun
   * @throws {GatewayError} CONFLICT while another one is being taken
   */
  async sample(
    context: Context,
    kind: SampledKind,
    seconds: number,
    signal: AbortSignal,
  ): Promise<{ finished: Promise<Profile> }> {
    this.reserve(context, kind);
    const { Session } = await import('node:inspector/promises');
    const session = new Session();
    const release = () => {
      session.disconnect();
      this.isRunning = false;
    };
    try {
      session.connect();
      if (kind === 'cpu') {
        await session.post('Profiler.enable');
        await session.post('Profiler.setSamplingInterval', { interval: CPU_INTERVAL_US });
        await session.post('Profiler.start');
      } else {
        await session.post('HeapProfiler.startSampling', {
          samplingInterval: ALLOCATION_INTERVAL_BYTES,
          // Else only what was not collected yet counts: what is still held, and not who allocates.
          includeObjectsCollectedByMajorGC: true,
          includeObjectsCollectedByMinorGC: true,
        } as object);
      }
    } catch (error) {
      release();
      throw error;
    }
    const finished = passed(seconds * 1_000, undefined, { signal, ref: false })
      .catch(() => {})
      .then(() => stopped(session, kind))
      .finally(release);
    // Whoever waits for it gets the error, too.
    finished.catch(() => {});
    return { finished };
  }

  /**
   * A snapshot of the heap of this process. Readiness is dropped first, for the time that balancers need to see it: the
   * process answers nothing while the snapshot is made.
   * @throws {GatewayError} FORBIDDEN where the setting does not allow it, CONFLICT without enough free memory or while a
   * profile is being taken
   */
  async heapSnapshot(context: Context): Promise<Readable> {
    if (!this.allowsHeapSnapshots)
      throw new GatewayError('FORBIDDEN', { detail: 'Heap snapshots are off: HEAP_SNAPSHOTS=on allows them.' });
    const { getHeapSnapshot, getHeapStatistics } = await import('node:v8');
    const neededBytes = HEAPS_FREE * getHeapStatistics().used_heap_size;
    const freeBytes = process.availableMemory();
    if (freeBytes < neededBytes) throw tooLittleMemory(neededBytes, freeBytes);
    this.reserve(context, 'heap');
    const resume = this.readiness.pause();
    const release = () => {
      resume();
      this.isRunning = false;
    };
    try {
      await passed(this.config.DRAIN_MS);
      return getHeapSnapshot().once('close', release);
    } catch (error) {
      release();
      throw error;
    }
  }

  private reserve(context: Context, profile: SampledKind | 'heap'): void {
    if (this.isRunning)
      throw new GatewayError('CONFLICT', {
        detail: 'Another profile of this process is being taken: one at a time.',
      });
    this.isRunning = true;
    this.audit.write(context, 'profile.taken', { userId: context.caller.id, profile });
  }
}

async function stopped(session: Session, kind: SampledKind): Promise<Profile> {
  const { profile } =
    kind === 'cpu' ? await session.post('Profiler.stop') : await session.post('HeapProfiler.stopSampling');
  return profile;
}

const BYTES_PER_MB = 1_000_000;

function tooLittleMemory(neededBytes: number, freeBytes: number): GatewayError {
  const [needed, free] = [neededBytes, freeBytes].map((bytes) => Math.round(bytes / BYTES_PER_MB));
  return new GatewayError('CONFLICT', {
    detail: `A heap snapshot needs about ${needed} MB of free memory, and ${free} MB are free.`,
  });
}
