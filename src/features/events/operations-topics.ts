import type { SystemStatus } from './system-status.ts';
import { type DomainEvent, topic, type Topic } from '#libs/events';

/** What happens to the gateway and those it asks, for operators. */
export type SystemEvent = BreakerChanged | StatusReported;

/** A breaker of an upstream has another state. */
interface BreakerChanged extends DomainEvent {
  type: 'breaker.changed';
  data: { upstream: string; method: string; state: string };
}

/** The state of one gateway process, every five seconds while an operator watches. */
interface StatusReported extends DomainEvent {
  type: 'status';
  data: SystemStatus;
}

/** What operators are told. */
export const system: Topic<SystemEvent> = topic('system');

/** Who did what: what the audit log has, and what use cases declare. */
export interface Activity extends DomainEvent {
  type: 'activity';
  data: {
    event: string;
    userId?: string;
    reason?: string;
    productId?: string;
    orderId?: string;
    reviewId?: string;
    /** Activities before it that were too many to publish. */
    omitted?: number;
  };
}

/** What operators are told of what people do. */
export const activity: Topic<Activity> = topic('activity');
