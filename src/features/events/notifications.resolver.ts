import { RequestContext } from '#gateway/edge/doors/request-context';
import { Runs } from '#gateway/edge/doors/runs';
import { iterate, saidBy } from '#gateway/edge/streams/iterate';
import type { Context } from '#libs/upstream';
import { Resolver, Subscription } from '@nestjs/graphql';
import { FollowNotifications } from './follow-notifications.ts';
import { NotificationView } from './notification.view.ts';

@Resolver()
export class NotificationsResolver {
  constructor(private readonly follow: FollowNotifications) {}

  @Runs(FollowNotifications)
  @Subscription(() => NotificationView, {
    description: "What happens to the caller's things from now on.",
    resolve: (notification: NotificationView) => notification,
  })
  async notifications(@RequestContext() context: Context) {
    return saidBy(iterate(await this.follow.run(context, undefined)), ({ id, event, data }) =>
      id === undefined ? undefined : { id, type: event!, ...(data as object) },
    );
  }
}
