import { hostname } from 'node:os';
import { Config } from '#gateway/config/config';
import { RequestRecordings } from '#gateway/edge/tracing/request-recordings';
import type { Recording } from '#libs/observe';
import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { PerSecond } from './per-second.ts';
import { RecordingList, startedAt } from './recording-list.ts';
import { type RequestRecord, recordOf, type RequestSummary, summaryOf } from './request-record.ts';
import { SlowRequests } from './slow-requests.ts';

/** How long a request is kept at most, in minutes. */
export const KEPT_MINUTES = 15;
const MS_PER_MINUTE = 60_000;
/**
 * How many requests a second become one of the latest. At higher rates all of them would be gone within seconds, and
 * keeping each costs a tenth of what answering it from the cache does.
 */
const LATEST_A_SECOND = 50;
/** The most requests that one list has, and that have one id. */
const MAX_LISTED = 50;
const TRACE_ID = /^[0-9a-f]{32}$/;

/** Which requests a list has. */
export const REQUEST_LISTS = ['slowest', 'failed', 'latest'] as const;

/** Which requests a list has. */
export type RequestListKind = (typeof REQUEST_LISTS)[number];

/**
 * The recent requests of this process, in the memory that RECENT_REQUESTS_BYTES allows: half of it for the latest, a quarter
 * for failed and degraded ones, a quarter for the slowest of each minute. So these are found when the others are gone.
 */
@Injectable()
export class RecentRequests implements OnModuleInit, OnApplicationShutdown {
  /** The process, as operators find it. */
  readonly process = `${hostname()}:${process.pid}`;
  private readonly latest: RecordingList;
  private readonly latestRate = new PerSecond(LATEST_A_SECOND);
  private readonly failed: RecordingList;
  private readonly slow: SlowRequests;
  private stop: (() => void) | undefined;

  constructor(
    private readonly config: Config,
    private readonly recordings: RequestRecordings,
  ) {
    const quarter = config.RECENT_REQUESTS_BYTES / 4;
    this.latest = new RecordingList(2 * quarter);
    this.failed = new RecordingList(quarter);
    this.slow = new SlowRequests(quarter);
  }

  onModuleInit(): void {
    if (!this.config.RECENT_REQUESTS_BYTES) return;
    const unsubscribe = this.recordings.subscribe((recording) => this.add(recording));
    // Nothing is kept longer because nothing comes.
    const timer = setInterval(() => this.expire(), MS_PER_MINUTE).unref();
    this.stop = () => {
      clearInterval(timer);
      unsubscribe();
    };
  }

  onApplicationShutdown(): void {
    this.stop?.();
  }

  /** The memory in use and its limit, as estimated, in bytes. */
  get memory(): { bytes: number; maxBytes: number } {
    const bytes = this.latest.bytes + this.failed.bytes + this.slow.bytes;
    return { bytes, maxBytes: this.config.RECENT_REQUESTS_BYTES };
  }

  /** The slowest, failed or latest requests of the last minutes, the worst or newest first. */
  list(kind: RequestListKind, minutes: number): RequestSummary[] {
    this.expire();
    const since = Date.now() - minutes * MS_PER_MINUTE;
    const all = [...(kind === 'slowest' ? this.slow : this[kind])].filter((one) => startedAt(one) >= since);
    return firstOf(
      kind,
      all.map((one) => summaryOf(one, this.process)),
    );
  }

  /** The requests with a request id or trace id: more than one where a client or a trace made several. */
  withId(id: string): RequestRecord[] {
    this.expire();
    // A trace id is made when it is read: only who looks for one needs those of all.
    const isIt = TRACE_ID.test(id)
      ? (one: Recording) => one.requestId === id || one.traceId === id
      : (one: Recording) => one.requestId === id;
    const found = new Set([...this.latest, ...this.failed, ...this.slow].filter(isIt));
    return [...found].slice(0, MAX_LISTED).map((one) => recordOf(one, this.process));
  }

  private add(recording: Recording): void {
    const { root } = recording;
    if (this.latestRate.admits(root.endMs!)) this.latest.add(recording);
    if (root.error !== undefined || root.attributes['atrium.degraded']) this.failed.add(recording);
    // A stream lasts as long as its client stays, and has no deadline.
    if (root.attributes['atrium.deadline_left_ms'] !== undefined) this.slow.add(recording);
  }

  private expire(): void {
    const at = Date.now() - KEPT_MINUTES * MS_PER_MINUTE;
    this.latest.dropBefore(at);
    this.failed.dropBefore(at);
    this.slow.dropBefore(at);
  }
}

/** The first of the lists of several processes, or of one. */
export function firstOf(kind: RequestListKind, all: RequestSummary[]): RequestSummary[] {
  const isBefore =
    kind === 'slowest'
      ? (one: RequestSummary, other: RequestSummary) => other.durationMs - one.durationMs
      : (one: RequestSummary, other: RequestSummary) => other.at - one.at;
  return all.sort(isBefore).slice(0, MAX_LISTED);
}
