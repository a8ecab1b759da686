import { createLogger } from '#libs/observe';
import { GraphQLSchemaHost } from '@nestjs/graphql';
import { printSchema } from 'graphql';
import { loadConfig } from './config/config.ts';
import { type Door, doorsOf } from './doors-of.ts';
import { openApiDocument } from './edge/http/openapi.ts';
import { createGateway } from './gateway.ts';

/** The public surface of the gateway as it runs: the GraphQL schema as SDL, the OpenAPI document as JSON, the doors. */
export async function describeGateway(): Promise<{ graphql: string; openapi: string; doors: Door[] }> {
  const app = await createGateway(loadConfig({}), createLogger('gateway', 'silent'));
  try {
    const { schema } = app.get(GraphQLSchemaHost);
    return {
      doors: doorsOf(app),
      graphql: `${printSchema(schema)}\n`,
      openapi: `${JSON.stringify(openApiDocument(app), null, 2)}\n`,
    };
  } finally {
    await app.close();
  }
}
