import type { DomainEvent, EventSubscription, EventLog, Topic } from '#libs/events';

/** Some events after the last one that the client has seen are lost. */
export interface Gap extends DomainEvent {
  type: 'gap';
  data: { lastEventId: string | undefined };
}

/**
 * Subscribes to a topic after the event that the client has seen last; begins with `gap` where some may have been lost, with the id
 * to resume from. A client that has seen none learns where it is.
 */
export function subscribeTo<Event extends DomainEvent>(
  eventLog: EventLog,
  topic: Topic<Event>,
  lastSeen: string | undefined,
): EventSubscription<Event | Gap> {
  return (subscriber) => {
    const missed: [Event, string][] = [];
    let isReady = false;
    const { hasGap, position, stop } = eventLog.follow(topic, lastSeen, ({ id, event }) => {
      if (isReady) subscriber.send(event, id);
      else missed.push([event, id]);
    });
    // A poll that is answered without a position asks again at once.
    if (hasGap && position === undefined) subscriber.behind?.();
    if (hasGap) subscriber.send({ type: 'gap', data: { lastEventId: lastSeen } }, position);
    else if (lastSeen === undefined && position !== undefined) subscriber.at?.(position);
    for (const [event, id] of missed) subscriber.send(event, id);
    isReady = true;
    return stop;
  };
}
