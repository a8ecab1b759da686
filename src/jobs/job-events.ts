import { notificationsOf } from '#gateway/declare/notifications';
import { type DomainEvent, EventLog, topic, type Topic } from '#libs/events';
import { isEnded, JobQueue, type JobRecord } from '#libs/jobs';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { JobView } from './job.view.ts';

declare module '#gateway/declare/notifications' {
  interface NotificationData {
    'job.ended': Pick<JobView, 'state' | 'kind'> & { jobId: string };
  }
}

/** A job has changed. */
export interface JobChanged extends DomainEvent {
  type: 'state' | 'progress';
  data: JobView;
}

/** The changes of a job. */
export const changesOf = (id: string): Topic<JobChanged> => topic(`job:${id}`);

/** Publishes the changes of jobs to those who follow them, and their ends to the streams of their owners. */
@Injectable()
export class JobEvents implements OnApplicationShutdown {
  private readonly stop: () => void;

  constructor(
    queue: JobQueue,
    private readonly eventLog: EventLog,
  ) {
    this.stop = queue.onChange((job) => this.publish(job));
  }

  onApplicationShutdown(): void {
    this.stop();
  }

  private publish(job: JobRecord): void {
    const { id, kind, state, owner, endedAt } = job;
    this.eventLog.publish(changesOf(id), { type: changeOf(job), data: JobView.of(job) });
    if (!isEnded(state) || !owner) return;
    const event = { type: 'job.ended', data: { jobId: id, kind, state } } as const;
    this.eventLog.publish(notificationsOf(owner), event, `job:${id}:${endedAt}`);
  }
}

/** Whether a job that runs has made progress, or its state has changed. */
export const changeOf = ({ state, progress, isCancelling }: JobRecord): JobChanged['type'] =>
  state === 'RUNNING' && progress && !isCancelling ? 'progress' : 'state';
