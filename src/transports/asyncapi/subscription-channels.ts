import { ACCESS, type Access } from '#gateway/declare/access';
import { partialOf } from '#gateway/transports/rest/openapi/partial-schemas';
import { type JsonSchema, viewByName, viewSchemas } from '#libs/view';
import { getNamedType, type GraphQLSchema } from 'graphql';
import { channel, type DocumentParts, messageRefs, securityOf } from './document-parts.ts';

/**
 * Adds the GraphQL subscriptions: one channel, over the protocol `graphql-transport-ws`. A message has the fields that
 * the client has selected.
 */
export function addSubscriptions(schema: GraphQLSchema, parts: DocumentParts): void {
  const fields = Object.values(schema.getSubscriptionType()?.getFields() ?? {});
  if (!fields.length) return;
  const views = fields.flatMap(({ type }) => viewByName(getNamedType(type).name) ?? []);
  Object.assign(parts.schemas, { ...viewSchemas(views), ...parts.schemas });
  const messages = fields.map(({ name, type, description }) => ({
    name,
    summary: description ?? name,
    payload: next(name, partialOf(getNamedType(type).name, parts.schemas)),
  }));
  const title = 'GraphQL subscriptions';
  const description = 'Over a WebSocket with the subprotocol `graphql-transport-ws`, or as server-sent events.';
  parts.channels['subscriptions'] = channel(
    { address: '/graphql', title, description, servers: ['ws'] },
    messages,
  );
  for (const { name, description: about, extensions } of fields) {
    const access = extensions[ACCESS] as Access | undefined;
    parts.operations[`subscribe_${name}`] = {
      action: 'send',
      channel: { $ref: '#/channels/subscriptions' },
      title: name,
      summary: about ?? name,
      description: `The subscription \`${name}\`. ${about ?? ''}`.trim(),
      ...securityOf(access?.isPublic ?? false),
      messages: messageRefs('subscriptions', [name]),
    };
  }
}

/** A message `next` of `graphql-transport-ws`. */
const next = (field: string, value: JsonSchema): JsonSchema => ({
  type: 'object',
  required: ['id', 'type', 'payload'],
  properties: {
    id: { type: 'string', description: 'That of the `subscribe` message.' },
    type: { type: 'string', enum: ['next'] },
    payload: {
      type: 'object',
      properties: {
        data: { type: ['object', 'null'], properties: { [field]: value } },
        errors: { type: 'array', items: { type: 'object' } },
        extensions: { type: 'object' },
      },
    },
  },
});
