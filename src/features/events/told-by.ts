import type { Feed } from '#gateway/transports/sse/stream-door';
import type { DomainEvent, Spine, Topic } from '#libs/events';

/** A feed of a topic, from the event on that was seen last; `gap` where some may have been missed since. */
export function toldBy<Event extends DomainEvent>(
  spine: Spine,
  topic: Topic<Event>,
  lastSeen: string | undefined,
): Feed {
  return (to) => {
    const missed: Parameters<typeof to.send>[0][] = [];
    let isReady = false;
    const { hasGap, stop } = spine.follow(topic, lastSeen, ({ id, event: { type, data } }) => {
      const sent = { id, event: type, data };
      if (isReady) to.send(sent);
      else missed.push(sent);
    });
    if (hasGap) to.send({ event: 'gap', data: { lastEventId: lastSeen } });
    for (const sent of missed) to.send(sent);
    isReady = true;
    return stop;
  };
}
