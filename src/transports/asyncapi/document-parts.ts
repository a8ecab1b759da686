import type { JsonSchema } from '#libs/view';

/** A part of an AsyncAPI document that is in `components` of its own, or referenced. */
export type Reference = { $ref: string };

/** What each transport adds to the document. */
export interface DocumentParts {
  channels: Record<string, object>;
  operations: Record<string, object>;
  /** The schemas of messages, by name. */
  schemas: Record<string, JsonSchema>;
}

/** A message of a channel. */
export interface ChannelMessage {
  name: string;
  summary?: string;
  payload: JsonSchema;
  headers?: JsonSchema;
}

/** A channel with its messages, by name. */
export const channel = (
  about: { address: string; title: string; description?: string; servers: string[] },
  messages: readonly ChannelMessage[],
): object => {
  const parameters = [...about.address.matchAll(/\{(\w+)\}/g)].map(([, name]) => [
    name,
    { description: 'The id of the resource.' },
  ]);
  return {
    ...about,
    servers: about.servers.map((name) => ({ $ref: `#/servers/${name}` })),
    ...(parameters.length && { parameters: Object.fromEntries(parameters) as object }),
    messages: Object.fromEntries(
      messages.map((one) => [one.name, { contentType: 'application/json', title: one.name, ...one }]),
    ),
  };
};

/** References to messages of a channel. */
export const messageRefs = (channelName: string, names: readonly string[]): Reference[] =>
  names.map((name) => ({ $ref: `#/channels/${channelName}/messages/${name.replaceAll('/', '~1')}` }));

/** The security of an operation: any way to authenticate, or none. */
export const securityOf = (isPublic: boolean): object =>
  isPublic
    ? {}
    : {
        security: ['bearer', 'apiKey', 'session'].map((name) => ({
          $ref: `#/components/securitySchemes/${name}`,
        })),
      };
