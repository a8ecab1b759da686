export { eventIdIn, eventIds, isLater } from './event-id.ts';
export type { EventSubscriber, EventSubscription, ReceivedEvent } from './event-subscription.ts';
export { traceOf } from './event-trace.ts';
export { filterMap, iterate } from './iterate.ts';
export type { PublishedEvent } from './recent.ts';
export { type Listener, EventLog, type EventLogReport } from './event-log.ts';
export { EventLogMemory } from './event-log.memory.ts';
export { EventLogRedis } from './event-log.redis.ts';
export { type DomainEvent, topic, type Topic } from './topic.ts';
