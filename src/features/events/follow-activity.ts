import { Scopes } from '#gateway/declare/access';
import { type EventSubscription, EventLog } from '#libs/events';
import { Injectable } from '@nestjs/common';
import { type Activity, activity } from './operations-topics.ts';
import { OperatorsWatch } from './operators-watch.ts';
import { type Gap, subscribeTo } from './subscribe-to.ts';

/** Streams what callers do to operators. */
@Scopes('admin')
@Injectable()
export class FollowActivity {
  constructor(
    private readonly eventLog: EventLog,
    private readonly watch: OperatorsWatch,
  ) {}

  /** The activities after the last one received. */
  run(lastSeen: string | undefined): EventSubscription<Activity | Gap> {
    return (subscriber) => {
      const stop = subscribeTo(this.eventLog, activity, lastSeen)(subscriber);
      const leave = this.watch.join();
      return () => {
        leave();
        stop();
      };
    };
  }
}
