import { NestFactory } from '@nestjs/core';
import { GraphQLSchemaBuilderModule, GraphQLSchemaFactory } from '@nestjs/graphql';
import { type GraphQLSchema, lexicographicSortSchema, printType } from 'graphql';

/** The GraphQL schema of these resolvers. */
export async function schemaOf(...resolvers: Function[]): Promise<GraphQLSchema> {
  const app = await NestFactory.createApplicationContext(GraphQLSchemaBuilderModule, { logger: false });
  const schema = await app.get(GraphQLSchemaFactory).create(resolvers, { skipCheck: false });
  await app.close();
  return schema;
}

/** One type of a schema, as SDL without its descriptions. */
export function sdlOf(schema: GraphQLSchema, type: string): string {
  return printType(lexicographicSortSchema(schema).getType(type)!)
    .replaceAll(/ *"""[\s\S]*?"""\n/g, '')
    .replaceAll(/\n\n/g, '\n');
}
