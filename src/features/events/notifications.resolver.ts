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
    description: "Notifications about the caller's orders from now on.",
    // Each event has its own context, so its order is read anew.
    resolve(this: NotificationsResolver, notification: NotificationView, _, event: GraphqlContext, info) {
      const field = info as GraphQLResolveInfo;
      return this.show.run(contextOfField(event, field), notification, selectionOf(field));
    },
  })
  async notifications(@RequestContext() context: Context) {
    return filterMap(iterate(await this.follow.run(context, undefined)), notificationOf);
  }
}
