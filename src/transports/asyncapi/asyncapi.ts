import { answeredViews } from '#gateway/declare/answers';
import { ApiInfo } from '#gateway/declare/api-info';
import { describedRoutes, handlersOf } from '#gateway/transports/rest/openapi/described-routes';
import { eventData } from '#gateway/transports/rest/openapi/event-schemas';
import { problemSchema } from '#gateway/transports/rest/openapi/problem-schema';
import { SECURITY_SCHEMES } from '#gateway/transports/rest/openapi/security';
import { usedComponents } from '#gateway/transports/rest/openapi/used-components';
import { viewSchemas } from '#libs/view';
import type { INestApplication } from '@nestjs/common';
import { GraphQLSchemaHost } from '@nestjs/graphql';
import type { DocumentParts } from './document-parts.ts';
import { addSockets } from './socket-channels.ts';
import { addStreams } from './sse-channels.ts';
import { addSubscriptions } from './subscription-channels.ts';

const host = { default: 'localhost:3000', description: 'The host of the gateway.' };

/** The AsyncAPI 3.0 document of the running gateway: server-sent events, GraphQL subscriptions and Socket.IO. */
export function asyncApiDocument(app: INestApplication): object {
  const { title, description } = app.get(ApiInfo, { strict: false });
  const handlers = handlersOf(app);
  const routes = describedRoutes(app);
  // The views of events have their schemas, too.
  for (const { stream } of routes.values()) if (stream) eventData(stream.events, {});
  const parts: DocumentParts = {
    channels: {},
    operations: {},
    schemas: { ...viewSchemas(answeredViews()), Problem: problemSchema() },
  };
  addStreams(handlers, routes, parts);
  addSubscriptions(app.get(GraphQLSchemaHost).schema, parts);
  addSockets(app, parts);
  const { channels, operations, schemas } = parts;
  return structuredClone({
    asyncapi: '3.0.0',
    info: {
      title,
      version: '1',
      description,
      license: { name: 'MIT', url: 'https://spdx.org/licenses/MIT.html' },
      tags: [{ name: 'events', description: 'What the gateway sends without a request for each message.' }],
    },
    defaultContentType: 'application/json',
    servers: {
      http: { host: '{host}', protocol: 'https', description: 'HTTP.', variables: { host } },
      ws: { host: '{host}', protocol: 'wss', description: 'WebSockets.', variables: { host } },
    },
    channels,
    operations,
    components: { securitySchemes: securitySchemes(), ...usedComponents({ schemas }, { channels, operations }) },
  });
}

/** The ways to authenticate, as AsyncAPI has them. */
function securitySchemes(): object {
  const { bearer, apiKey, session } = SECURITY_SCHEMES;
  return {
    bearer,
    apiKey: { ...apiKey, type: 'httpApiKey' },
    session: { ...session, type: 'httpApiKey' },
  };
}
