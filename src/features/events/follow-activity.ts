import { Scopes } from '#gateway/declare/access';
import type { Feed } from '#gateway/transports/sse/stream-door';
import { activity } from '#gateway/transports/sse/topics';
import { Spine } from '#libs/events';
import { Injectable } from '@nestjs/common';
import { toldBy } from './told-by.ts';

/** Who does what? For operators. */
@Scopes('admin')
@Injectable()
export class FollowActivity {
  constructor(private readonly spine: Spine) {}

  /** What the audit log has had after the last event that was seen. */
  run(lastSeen: string | undefined): Feed {
    return toldBy(this.spine, activity, lastSeen);
  }
}
