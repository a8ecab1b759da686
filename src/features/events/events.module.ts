import { Module } from '@nestjs/common';
import { EventsController } from './events.controller.ts';
import { FollowActivity } from './follow-activity.ts';
import { FollowClock } from './follow-clock.ts';
import { FollowNotifications } from './follow-notifications.ts';
import { FollowSystem } from './follow-system.ts';
import { NotificationsResolver } from './notifications.resolver.ts';
import { PublishOperations } from './publish-operations.ts';

@Module({
  controllers: [EventsController],
  providers: [
    FollowClock,
    FollowNotifications,
    FollowSystem,
    FollowActivity,
    NotificationsResolver,
    PublishOperations,
  ],
})
export class EventsModule {}
