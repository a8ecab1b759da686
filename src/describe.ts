import { join } from 'node:path';
import { createLogger } from '#libs/observe';
import { GraphQLSchemaHost } from '@nestjs/graphql';
import { printSchema } from 'graphql';
import { loadConfig } from './config/config.ts';
import { type Door, doorsOf } from './doors-of.ts';
import type { MetricDescription } from './operations/registry/metric-snapshot.ts';
import { Metrics } from './operations/metrics.ts';
import { operationsIn, type WrongOperation } from './transports/graphql/documents/persisted-operations.ts';
import { asyncApiDocument } from './transports/asyncapi/asyncapi.ts';
import { openApiDocuments } from './transports/rest/openapi.ts';
import { createGateway } from './gateway.ts';

/** The public surface of a gateway. */
export interface GatewayDescription {
  /** The GraphQL schema as SDL. */
  graphql: string;
  /** The OpenAPI 3.1 document as JSON. */
  openapi: string;
  /** The OpenAPI 3.2 document as JSON. */
  openapi32: string;
  /** The AsyncAPI document as JSON. */
  asyncapi: string;
  doors: Door[];
  metrics: MetricDescription[];
  /** The client operations that do not match the schema; the document has no view route for them. */
  mistakes: WrongOperation[];
}

/**
 * Creates a gateway and describes its public surface.
 * @param clients the folder of the client operations; invalid ones are reported, though a gateway would not start
 * with them
 */
export async function describeGateway(clients = loadConfig({}).CLIENTS_DIR): Promise<GatewayDescription> {
  const config = loadConfig({ CLIENTS_DIR: join(clients, 'none') });
  const app = await createGateway(config, createLogger('gateway', 'silent'));
  try {
    const { schema } = app.get(GraphQLSchemaHost);
    const { operations, mistakes } = operationsIn(clients, schema);
    const openApi = openApiDocuments(app, [...operations.values()]);
    return {
      mistakes,
      doors: doorsOf(app),
      metrics: app.get(Metrics).describe(),
      graphql: `${printSchema(schema)}\n`,
      openapi: written(openApi('3.1')),
      asyncapi: written(asyncApiDocument(app)),
      openapi32: written(openApi('3.2')),
    };
  } finally {
    await app.close();
  }
}

const written = (document: object): string => `${JSON.stringify(document, null, 2)}\n`;
