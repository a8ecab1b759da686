import { Scopes } from '#gateway/declare/access';
import { type EventSubscription, EventLog } from '#libs/events';
import { Injectable } from '@nestjs/common';
import { system, type SystemEvent } from './operations-topics.ts';
import { OperatorsWatch } from './operators-watch.ts';
import { type Gap, subscribeTo } from './subscribe-to.ts';

/** Streams the state of every gateway process, and state changes of upstreams, to operators. */
@Scopes('admin')
@Injectable()
export class FollowSystem {
  constructor(
    private readonly eventLog: EventLog,
    private readonly watch: OperatorsWatch,
  ) {}

  /** The system events after the last one received; the state every five seconds. */
  run(lastSeen: string | undefined): EventSubscription<SystemEvent | Gap> {
    return (subscriber) => {
      const stop = subscribeTo(this.eventLog, system, lastSeen)(subscriber);
      const leave = this.watch.join();
      return () => {
        leave();
        stop();
      };
    };
  }
}
