import { join } from 'node:path';
import { createLogger } from '#libs/observe';
import { GraphQLSchemaHost } from '@nestjs/graphql';
import { printSchema } from 'graphql';
import { loadConfig } from './config/config.ts';
import { type Door, doorsOf } from './doors-of.ts';
import type { MetricDescription } from './operations/metric-snapshot.ts';
import { Metrics } from './operations/metrics.ts';
import { operationsIn, type WrongOperation } from './transports/graphql/documents/trusted-operations.ts';
import { openApiDocument } from './transports/rest/openapi.ts';
import { createGateway } from './gateway.ts';

/** What is seen of the gateway from outside. */
export interface GatewayDescription {
  /** The GraphQL schema as SDL. */
  graphql: string;
  /** The OpenAPI document as JSON. */
  openapi: string;
  doors: Door[];
  metrics: MetricDescription[];
  /** The operations of clients that the schema does not fit: they have no view route in the document. */
  mistakes: WrongOperation[];
}

/**
 * The public surface of the gateway as it runs.
 * @param clients the folder of the operations of clients; a gateway would not start with one that is wrong
 */
export async function describeGateway(clients = loadConfig({}).CLIENTS_DIR): Promise<GatewayDescription> {
  const config = loadConfig({ CLIENTS_DIR: join(clients, 'none') });
  const app = await createGateway(config, createLogger('gateway', 'silent'));
  try {
    const { schema } = app.get(GraphQLSchemaHost);
    const { operations, mistakes } = operationsIn(clients, schema);
    return {
      mistakes,
      doors: doorsOf(app),
      metrics: app.get(Metrics).describe(),
      graphql: `${printSchema(schema)}\n`,
      openapi: `${JSON.stringify(openApiDocument(app, operations.values()), null, 2)}\n`,
    };
  } finally {
    await app.close();
  }
}
