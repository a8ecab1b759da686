import { declareNotification, notificationsOf } from '#gateway/declare/notifications';
import { type DomainEvent, EventLog, topic, type Topic } from '#libs/events';
import { isEnded, JobQueue, type JobRecord } from '#libs/jobs';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { oneOf } from '#libs/view';
import { z } from 'zod';
import { JobStates, JobView } from './job.view.ts';

declare module '#gateway/declare/notifications' {
  interface NotificationData {
    'job.ended': Pick<JobView, 'state' | 'kind'> & { jobId: string };
  }
}

declareNotification('job.ended', z.object({ jobId: z.string(), kind: z.string(), state: oneOf(JobStates) }));

/** The greatest result in an event, in characters of JSON. */
const MAX_EVENT_RESULT = 8_192;

/** A job has changed. A great result is left to those who read the job: then it is null here. */
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
    const view = JobView.of(job);
    const data = isSmall(view.result) ? view : { ...view, result: null };
    // An end may be noticed twice.
    const end = isEnded(state) ? `job:${id}:${state}:${endedAt}` : undefined;
    this.eventLog.publish(changesOf(id), { type: changeOf(job), data }, end);
    if (!end || !owner) return;
    const event = { type: 'job.ended', data: { jobId: id, kind, state } } as const;
    this.eventLog.publish(notificationsOf(owner), event, `${end}:owner`);
  }
}

/** Whether a result may be in an event: all processes keep the events of the last minutes. */
const isSmall = (result: object | null): boolean => JSON.stringify(result).length <= MAX_EVENT_RESULT;

/** Whether a job that runs has made progress, or its state has changed. */
export const changeOf = ({ state, progress, isCancelling }: JobRecord): JobChanged['type'] =>
  state === 'RUNNING' && progress && !isCancelling ? 'progress' : 'state';
