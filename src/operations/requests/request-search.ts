import { randomUUID } from 'node:crypto';
import { setTimeout as passed } from 'node:timers/promises';
import { redisKeys } from '#gateway/config/redis-keys';
import { type DomainEvent, EventLog, topic, type Topic } from '#libs/events';
import { Redis } from '#libs/redis';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { firstOf, RecentRequests, type RequestListKind } from './recent-requests.ts';
import type { RequestRecord, RequestSummary } from './request-record.ts';

/** How long the answers of other processes are awaited, in milliseconds. */
const ANSWERED_MS = 500;
/** How long answers stay in Redis, in seconds. */
const KEPT_SECONDS = 10;

/** What is searched for: one list, or the requests with an id. */
type Criteria = { kind: RequestListKind; minutes: number } | { id: string };
type Matches = RequestSummary[] | RequestRecord[];

/** A search in all processes. */
interface Search extends DomainEvent {
  type: 'search';
  data: { searchId: string; criteria: Criteria };
}

const searches: Topic<Search> = topic('request-search');

/** What was found, and by how many processes. */
export interface Found<Result> {
  requests: Result[];
  /** The processes that answered, this one included. */
  processes: number;
  /** Whether the other processes could not be reached. */
  isPartial: boolean;
}

/**
 * Searches the recent requests of all workers of all gateways that share Redis. Each keeps its own in memory; a search is an
 * event, whose answers are in Redis for ten seconds. So nothing is written for requests that nobody looks at.
 */
@Injectable()
export class RequestSearch implements OnApplicationShutdown {
  private readonly stop: () => void;

  constructor(
    private readonly recent: RecentRequests,
    private readonly eventLog: EventLog,
    @Inject(Redis) private readonly redis: Redis | null,
  ) {
    this.stop = redis
      ? eventLog.follow(searches, undefined, ({ event }) => void this.answer(event)).stop
      : () => {};
  }

  onApplicationShutdown(): void {
    this.stop();
  }

  /** The slowest, failed or latest requests of the last minutes. */
  async list(kind: RequestListKind, minutes: number): Promise<Found<RequestSummary>> {
    const { requests, ...found } = await this.search<RequestSummary>({ kind, minutes });
    return { requests: firstOf(kind, requests), ...found };
  }

  /** The requests with a request id or trace id, in the order they began. */
  async withId(id: string): Promise<Found<RequestRecord>> {
    const { requests, ...found } = await this.search<RequestRecord>({ id });
    return { requests: requests.sort((one, other) => one.at - other.at), ...found };
  }

  private async search<Result>(criteria: Criteria): Promise<Found<Result>> {
    const own = this.find(criteria) as unknown as Result[];
    if (!this.redis) return { requests: own, processes: 1, isPartial: false };
    const searchId = randomUUID();
    this.eventLog.publish(searches, { type: 'search', data: { searchId, criteria } });
    await passed(ANSWERED_MS);
    try {
      const answers = await this.redis.hgetall(redisKeys.requestSearch(searchId));
      const { [this.recent.process]: _, ...others } = answers;
      const requests = [...own, ...Object.values(others).flatMap((text) => JSON.parse(text) as Result[])];
      return { requests, processes: 1 + Object.keys(others).length, isPartial: false };
    } catch {
      return { requests: own, processes: 1, isPartial: true };
    }
  }

  private find(criteria: Criteria): Matches {
    return 'id' in criteria ? this.recent.withId(criteria.id) : this.recent.list(criteria.kind, criteria.minutes);
  }

  private async answer({ data: { searchId, criteria } }: Search): Promise<void> {
    const key = redisKeys.requestSearch(searchId);
    // While Redis is away nobody can read the answer.
    await this.redis!.multi()
      .hset(key, this.recent.process, JSON.stringify(this.find(criteria)))
      .expire(key, KEPT_SECONDS)
      .exec()
      .catch(() => null);
  }
}
