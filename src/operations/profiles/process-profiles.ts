import type { Session } from 'node:inspector/promises';
import { Readable } from 'node:stream';
import { setTimeout as passed } from 'node:timers/promises';
import { Config } from '#gateway/config/config';
import { Readiness } from '#gateway/operations/readiness';
import { GatewayError } from '#libs/errors';
import { Injectable } from '@nestjs/common';
import type { Profile, SampledKind } from './profile.ts';
import type { ProfileRequest } from './profile-request.ts';

/** The mean distance of samples of a CPU profile, in microseconds. */
const CPU_INTERVAL_US = 1_000;
/** The mean distance of samples of an allocation profile, in bytes. */
const ALLOCATION_INTERVAL_BYTES = 32_768;
/** How many times the used heap must be free for a snapshot of it, which copies the heap and then writes it. */
const HEAPS_FREE = 12;

/** Takes profiles of this process, one at a time. */
@Injectable()
export class ProcessProfiles {
  private isRunning = false;

  constructor(
    private readonly config: Config,
    private readonly readiness: Readiness,
  ) {}

  /** Whether the settings allow snapshots of the heap. */
  get allowsHeapSnapshots(): boolean {
    const { HEAP_SNAPSHOTS, NODE_ENV } = this.config;
    return (HEAP_SNAPSHOTS ?? (NODE_ENV === 'production' ? 'off' : 'on')) === 'on';
  }

  /**
   * The JSON file of a profile, whose bytes come when it is taken.
   * @param signal ends it early, with what was sampled until then
   * @returns once it has begun
   * @throws {GatewayError} as `sample` and `heapSnapshot` do
   */
  async file({ kind, seconds }: ProfileRequest, signal: AbortSignal): Promise<Readable> {
    if (kind === 'heap') return this.heapSnapshot();
    const { finished } = await this.sample(kind, seconds, signal);
    const { profileJson } = await import('./profile-json.ts');
    return Readable.from(profileJson(finished), { objectMode: false });
  }

  /**
   * Takes a profile. Nobody who requests one waits longer than `seconds`, and all requests go on meanwhile.
   * @param signal ends it early, with what was sampled until then
   * @returns once it has begun
   * @throws {GatewayError} CONFLICT while another one is being taken
   */
  async sample(kind: SampledKind, seconds: number, signal: AbortSignal): Promise<{ finished: Promise<Profile> }> {
    this.reserve();
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
  async heapSnapshot(): Promise<Readable> {
    if (!this.allowsHeapSnapshots)
      throw new GatewayError('FORBIDDEN', { detail: 'Heap snapshots are off: HEAP_SNAPSHOTS=on allows them.' });
    const { getHeapSnapshot, getHeapStatistics } = await import('node:v8');
    const neededBytes = HEAPS_FREE * getHeapStatistics().used_heap_size;
    const freeBytes = process.availableMemory();
    if (freeBytes < neededBytes) throw tooLittleMemory(neededBytes, freeBytes);
    this.reserve();
    const resume = this.readiness.pause();
    const { DRAIN_MS } = this.config;
    async function* snapshot() {
      await passed(DRAIN_MS);
      yield* getHeapSnapshot();
    }
    return Readable.from(snapshot(), { objectMode: false }).once('close', () => {
      resume();
      this.isRunning = false;
    });
  }

  private reserve(): void {
    if (this.isRunning)
      throw new GatewayError('CONFLICT', {
        detail: `Another profile of process ${process.pid} is being taken: one at a time.`,
      });
    this.isRunning = true;
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
