import { type DomainEvent, topic, type Topic } from '#libs/events';

/** What happens to the gateway and those it asks, for operators. */
export interface SystemEvent extends DomainEvent {
  type: 'breaker.changed';
  data: { upstream: string; method: string; state: string };
}

/** What operators are told. */
export const system: Topic<SystemEvent> = topic('system');

/** Who did what, as the audit log has it. */
export interface Activity extends DomainEvent {
  type: 'activity';
  data: { event: string; userId?: string; reason?: string };
}

/** What operators are told of what people do. */
export const activity: Topic<Activity> = topic('activity');
