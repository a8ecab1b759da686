import { Scopes } from '#gateway/declare/access';
import { type EventSubscription, Spine } from '#libs/events';
import { Injectable } from '@nestjs/common';
import { system, type SystemEvent } from './operations-topics.ts';
import { type Gap, subscribeTo } from './subscribe-to.ts';

/** Streams state changes of upstreams to operators. */
@Scopes('admin')
@Injectable()
export class FollowSystem {
  constructor(private readonly spine: Spine) {}

  /** The system events after the last one received. */
  run(lastSeen: string | undefined): EventSubscription<SystemEvent | Gap> {
    return subscribeTo(this.spine, system, lastSeen);
  }
}
