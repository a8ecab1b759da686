import { Scopes } from '#gateway/declare/access';
import type { Feed } from '#gateway/transports/sse/stream-door';
import { system } from '#gateway/transports/sse/topics';
import { Spine } from '#libs/events';
import { Injectable } from '@nestjs/common';
import { toldBy } from './told-by.ts';

/** How are the upstreams? For operators. */
@Scopes('admin')
@Injectable()
export class FollowSystem {
  constructor(private readonly spine: Spine) {}

  /** What has changed after the last event that was seen. */
  run(lastSeen: string | undefined): Feed {
    return toldBy(this.spine, system, lastSeen);
  }
}
