import { Scopes } from '#gateway/declare/access';
import { type EventSubscription, EventLog } from '#libs/events';
import { Injectable } from '@nestjs/common';
import { type Activity, activity } from './operations-topics.ts';
import { type Gap, subscribeTo } from './subscribe-to.ts';

/** Streams audit events to operators. */
@Scopes('admin')
@Injectable()
export class FollowActivity {
  constructor(private readonly eventLog: EventLog) {}

  /** The audit events after the last one received. */
  run(lastSeen: string | undefined): EventSubscription<Activity | Gap> {
    return subscribeTo(this.eventLog, activity, lastSeen);
  }
}
