import { announcedEnd } from '#gateway/transports/rest/openapi/problem-schema';
import { ACCESS, type Access } from '#gateway/declare/access';
import { inputSchema } from '#gateway/declare/question';
import { eventData } from '#gateway/transports/rest/openapi/event-schemas';
import { STREAM_EVENTS } from '#gateway/transports/sse/stream-events';
import { emittedBy, messageOf } from '#gateway/transports/socketio/emits';
import { messageBodyOf } from '#gateway/transports/socketio/socket-message';
import type { JsonSchema } from '#libs/view';
import type { INestApplicationContext } from '@nestjs/common';
import { MetadataScanner, ModulesContainer } from '@nestjs/core';
import { channel, type DocumentParts, messageRefs, securityOf } from './document-parts.ts';

const NAME = 'sockets';
const PROBLEM = { $ref: '#/components/schemas/Problem' };

/** Adds the Socket.IO events: what clients send, with its acknowledgement, and what they receive. */
export function addSockets(app: INestApplicationContext, parts: DocumentParts): void {
  const gateways = [...app.get(ModulesContainer).values()]
    .flatMap((one) => [...one.providers.values()])
    .filter(({ metatype }) => metatype && Reflect.hasMetadata('websockets:is_gateway', metatype));
  const sent = gateways.flatMap(({ metatype }) => {
    const events = emittedBy(metatype as object);
    return events ? Object.entries(eventData(events, parts.schemas)) : [];
  });
  const received = gateways.flatMap(({ instance }) => messagesOf(instance as Record<string, object>, parts));
  if (!sent.length && !received.length) return;

  const ends = Object.entries(eventData(STREAM_EVENTS, parts.schemas)).filter(([name]) => name !== 'overflow');
  const emitted = [...sent, ...ends].map(([name, payload]) => ({ name: `emitted.${name}`, payload }));
  const title = 'Socket.IO';
  const description = 'The name of a message, without `emitted.` and `.acknowledged`, is that of its event.';
  parts.channels[NAME] = channel({ address: '/socket.io', title, description, servers: ['ws'] }, [
    ...emitted,
    ...received.flatMap(({ name, payload, acknowledgement }) => [
      { name, payload },
      { name: `${name}.acknowledged`, payload: acknowledgement },
    ]),
  ]);
  parts.operations['emit'] = {
    action: 'send',
    channel: { $ref: `#/channels/${NAME}` },
    title,
    summary: 'What members of a room receive',
    description: 'What members of a room receive, and the messages of operators and the end of the connection.',
    ...securityOf(false),
    messages: messageRefs(
      NAME,
      emitted.map(({ name }) => name),
    ),
  };
  for (const { name, summary, isPublic } of received) {
    parts.operations[`on_${name}`] = {
      action: 'receive',
      channel: { $ref: `#/channels/${NAME}` },
      title: summary,
      summary,
      description: `${summary}. It is acknowledged with its data, or with a problem.`,
      ...securityOf(isPublic),
      messages: messageRefs(NAME, [name]),
      reply: {
        channel: { $ref: `#/channels/${NAME}` },
        messages: messageRefs(NAME, [`${name}.acknowledged`]),
      },
    };
  }
}

function messagesOf(instance: Record<string, object>, { schemas }: DocumentParts) {
  return new MetadataScanner().getAllMethodNames(Object.getPrototypeOf(instance) as object).flatMap((method) => {
    const handler = instance[method]!;
    const declared = messageOf(handler);
    const body = messageBodyOf(handler);
    if (!declared || !body) return [];
    const name = Reflect.getMetadata('message', handler) as string;
    schemas[body.name] ??= inputSchema(body);
    const data = eventData(declared.acknowledgement, schemas)[name]!;
    const access = Reflect.getMetadata(ACCESS, handler) as Access | undefined;
    return [
      {
        name,
        summary: declared.summary,
        isPublic: access?.isPublic ?? false,
        payload: { $ref: `#/components/schemas/${body.name}` },
        acknowledgement: acknowledged(data),
      },
    ];
  });
}

const acknowledged = (data: JsonSchema): JsonSchema => ({
  oneOf: [
    { type: 'object', required: ['data'], properties: { data, deprecation: announcedEnd } },
    { type: 'object', required: ['error'], properties: { error: PROBLEM } },
  ],
});
