export { eventIdIn, eventIds, isLater } from './event-id.ts';
export type { EventSubscriber, EventSubscription, ReceivedEvent } from './event-subscription.ts';
export { filterMap, iterate } from './iterate.ts';
export type { Told } from './recent.ts';
export { type Listener, Spine, type SpineReport } from './spine.ts';
export { SpineMemory } from './spine.memory.ts';
export { SpineRedis } from './spine.redis.ts';
export { type DomainEvent, topic, type Topic } from './topic.ts';
