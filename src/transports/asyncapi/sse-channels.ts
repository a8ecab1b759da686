import type { DescribedRoute, Handler } from '#gateway/transports/rest/openapi/described-routes';
import { eventData } from '#gateway/transports/rest/openapi/event-schemas';
import { STREAM_EVENTS } from '#gateway/transports/sse/stream-events';
import type { JsonSchema } from '#libs/view';
import { channel, type DocumentParts, messageRefs, securityOf } from './document-parts.ts';

const headers: JsonSchema = {
  type: 'object',
  properties: {
    id: { type: 'string', maxLength: 64, description: 'Sent back as `Last-Event-ID` to resume after this event.' },
  },
};

/** Adds the streams of server-sent events: a channel each, at the path of its route. */
export function addStreams(
  handlers: readonly Handler[],
  routes: ReadonlyMap<string, DescribedRoute>,
  { channels, operations, schemas }: DocumentParts,
): void {
  for (const { operationId, path, summary = operationId } of handlers) {
    const route = routes.get(operationId);
    if (!route?.stream) continue;
    const messages = [route.stream.events, STREAM_EVENTS].flatMap((types) =>
      Object.entries(eventData(types, schemas)).map(([name, payload]) => ({ name, payload, headers })),
    );
    const about = { address: path, title: summary, servers: ['http'] };
    channels[operationId] = channel(about, messages);
    operations[operationId] = {
      action: 'send',
      channel: { $ref: `#/channels/${operationId}` },
      title: summary,
      summary: `${summary}, as server-sent events.`,
      description: `${summary}, as server-sent events: the name of a message is that of its event.`,
      ...securityOf(route.access.isPublic ?? false),
      messages: messageRefs(
        operationId,
        messages.map(({ name }) => name),
      ),
    };
  }
}
