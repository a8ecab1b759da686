import { Module } from '@nestjs/common';
import { AdminEventsController } from './admin-events.controller.ts';
import { EventsController } from './events.controller.ts';
import { FollowActivity } from './follow-activity.ts';
import { FollowClock } from './follow-clock.ts';
import { FollowNotifications } from './follow-notifications.ts';
import { FollowSystem } from './follow-system.ts';
import { NotificationsResolver } from './notifications.resolver.ts';
import { OperatorsWatch } from './operators-watch.ts';
import { PublishActivities } from './publish-activities.ts';
import { PublishOperations } from './publish-operations.ts';
import { ReadSystemStatus } from './system-status.ts';
import { ShowNotification } from './show-notification.ts';

@Module({
  controllers: [EventsController, AdminEventsController],
  providers: [
    FollowClock,
    FollowNotifications,
    FollowSystem,
    FollowActivity,
    ShowNotification,
    NotificationsResolver,
    PublishOperations,
    PublishActivities,
    OperatorsWatch,
    ReadSystemStatus,
  ],
})
export class EventsModule {}
