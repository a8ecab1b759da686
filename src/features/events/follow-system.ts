import { Scopes } from '#gateway/declare/access';
import { type EventSubscription, EventLog } from '#libs/events';
import { Injectable } from '@nestjs/common';
import { system, type SystemEvent } from './operations-topics.ts';
import { type Gap, subscribeTo } from './subscribe-to.ts';

/** Streams state changes of upstreams to operators. */
@Scopes('admin')
@Injectable()
export class FollowSystem {
  constructor(private readonly eventLog: EventLog) {}

  /** The system events after the last one received. */
  run(lastSeen: string | undefined): EventSubscription<SystemEvent | Gap> {
    return subscribeTo(this.eventLog, system, lastSeen);
  }
}
