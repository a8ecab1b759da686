import { createLogger } from '#libs/observe';
import { GraphQLSchemaHost } from '@nestjs/graphql';
import { printSchema } from 'graphql';
import { loadConfig } from './config/config.ts';
import { type Door, doorsOf } from './doors-of.ts';
import type { MetricDescription } from './edge/admin/metric-snapshot.ts';
import { Metrics } from './edge/admin/metrics.ts';
import { openApiDocument } from './edge/http/openapi.ts';
import { createGateway } from './gateway.ts';

/** What is seen of the gateway from outside. */
export interface GatewayDescription {
  /** The GraphQL schema as SDL. */
  graphql: string;
  /** The OpenAPI document as JSON. */
  openapi: string;
  doors: Door[];
  metrics: MetricDescription[];
}

/** The public surface of the gateway as it runs. */
export async function describeGateway(): Promise<GatewayDescription> {
  const app = await createGateway(loadConfig({}), createLogger('gateway', 'silent'));
  try {
    const { schema } = app.get(GraphQLSchemaHost);
    return {
      doors: doorsOf(app),
      metrics: app.get(Metrics).describe(),
      graphql: `${printSchema(schema)}\n`,
      openapi: `${JSON.stringify(openApiDocument(app), null, 2)}\n`,
    };
  } finally {
    await app.close();
  }
}
