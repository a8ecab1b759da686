import { Scopes } from '#gateway/declare/access';
import { Refuses } from '#gateway/declare/refusals';
import { changesOf, type JobChanged } from '#gateway/jobs/job-events';
import { Jobs } from '#gateway/jobs/jobs';
import { EventLog, type EventSubscription } from '#libs/events';
import type { JobRecord } from '#libs/jobs';
import type { Context } from '#libs/upstream';
import { Injectable } from '@nestjs/common';
import { JobFollower } from './job-follower.ts';

/** Streams the changes of a job. */
@Scopes()
@Refuses('NOT_FOUND')
@Injectable()
export class FollowJob {
  constructor(
    private readonly jobs: Jobs,
    private readonly eventLog: EventLog,
  ) {}

  /**
   * The changes of a job of the caller after the last one received, up to its end. Each event has the whole job, so a client that
   * has received none, or one that is no longer known, receives the job as it is.
   * @returns undefined if the job has ended and the client has received that
   * @throws {GatewayError} NOT_FOUND, also for another caller's job
   */
  async run(
    context: Context,
    id: string,
    lastSeen: string | undefined,
  ): Promise<EventSubscription<JobChanged> | undefined> {
    const job = await this.jobs.byId(context, id);
    if (lastSeen !== undefined && this.hasSeenEnd(job, lastSeen)) return undefined;
    return (subscriber) => {
      const follower = new JobFollower(subscriber, () => this.jobs.byId(context, id));
      return follower.follow(this.eventLog, changesOf(id), lastSeen);
    };
  }

  private hasSeenEnd({ id, endedAt }: JobRecord, lastSeen: string): boolean {
    if (endedAt === undefined) return false;
    let isLater = false;
    const { hasGap, stop } = this.eventLog.follow(changesOf(id), lastSeen, () => void (isLater = true));
    stop();
    return !hasGap && !isLater;
  }
}
