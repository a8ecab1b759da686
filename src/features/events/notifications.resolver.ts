import { contextOfField, type GraphqlContext, RequestContext } from '#gateway/declare/request-context';
import { Runs } from '#gateway/declare/runs';
import { filterMap, iterate } from '#libs/events';
import type { Context } from '#libs/upstream';
import { selectionOf } from '#libs/view';
import { Resolver, Subscription } from '@nestjs/graphql';
import type { GraphQLResolveInfo } from 'graphql';
import { FollowNotifications } from './follow-notifications.ts';
import { notificationOf } from './notification-of.ts';
import { NotificationView } from './notification.view.ts';
import { ShowNotification } from './show-notification.ts';

@Resolver()
export class NotificationsResolver {
  constructor(
    private readonly follow: FollowNotifications,
    private readonly show: ShowNotification,
  ) {}

  @Runs(FollowNotifications)
  @Subscription(() => NotificationView, {
    description: "What happens to the caller's things from now on.",
    // With the event's own context: what was asked for at one event is asked for again at the next.
    resolve(this: NotificationsResolver, notification: NotificationView, _, event: GraphqlContext, info) {
      const field = info as GraphQLResolveInfo;
      return this.show.run(contextOfField(event, field), notification, selectionOf(field));
    },
  })
  async notifications(@RequestContext() context: Context) {
    return filterMap(iterate(await this.follow.run(context, undefined)), notificationOf);
  }
}
