import { changeOf, type JobChanged } from '#gateway/jobs/job-events';
import { JobView } from '#gateway/jobs/job.view';
import type { EventLog, EventSubscriber, Topic } from '#libs/events';
import type { JobRecord } from '#libs/jobs';

/** How often a followed job is read again, in milliseconds: events are lost while Redis cannot be reached. */
const REREAD_MS = 5_000;

/** Sends the changes of a job to a subscriber: the events of the log, and what the job says where they are missing. */
export class JobFollower {
  private readonly subscriber: EventSubscriber<JobChanged>;
  private readonly read: () => Promise<JobRecord>;
  private readonly rereadMs: number;
  private sent: string | undefined;
  private isOver = false;
  private stopFollowing = (): void => {};
  private timer: NodeJS.Timeout | undefined;

  constructor(subscriber: EventSubscriber<JobChanged>, read: () => Promise<JobRecord>, rereadMs = REREAD_MS) {
    this.subscriber = subscriber;
    this.read = read;
    this.rereadMs = rereadMs;
  }

  /** Begins to send. @returns ends it */
  follow(eventLog: EventLog, changes: Topic<JobChanged>, lastSeen: string | undefined): () => void {
    this.subscriber.behind?.();
    const { stop } = eventLog.follow(changes, lastSeen, ({ id, event }) => this.send(event, id));
    this.stopFollowing = stop;
    // The log may have sent the last change already.
    if (this.isOver) stop();
    else void this.reread().then(() => this.subscriber.caughtUp?.());
    return () => this.stop();
  }

  private stop(): void {
    this.isOver = true;
    clearTimeout(this.timer);
    this.stopFollowing();
  }

  private send(event: JobChanged, id?: string): void {
    if (this.isOver) return;
    this.sent = JSON.stringify(event.data);
    this.subscriber.send(event, id);
    if (!event.data.isEnded) return;
    this.stop();
    this.subscriber.end('complete');
  }

  private async reread(): Promise<void> {
    const { sent } = this;
    const job = await this.read().catch(() => undefined);
    if (this.isOver) return;
    this.timer = setTimeout(() => void this.reread(), this.rereadMs).unref();
    // An event that came meanwhile may be newer.
    if (!job || this.sent !== sent) return;
    const view = JobView.of(job);
    if (JSON.stringify(view) !== sent) this.send({ type: changeOf(job), data: view });
  }
}
