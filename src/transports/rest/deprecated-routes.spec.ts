import { ApiInfo } from '#gateway/declare/api-info';
import { ConfigModule } from '#gateway/config/config.module';
import { loadConfig } from '#gateway/config/config';
import { Executor } from '#gateway/transports/graphql/execute/executor';
import { GraphqlDriver } from '#gateway/transports/graphql/graphql-driver';
import { openApiDocuments } from './openapi.ts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ViewField, View } from '#libs/view';
import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { type GqlModuleOptions, GraphQLModule, GraphQLSchemaHost, Query, Resolver } from '@nestjs/graphql';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { graphqlSync, printSchema } from 'graphql';
import { Answers } from '#gateway/declare/answers';
import { Deprecated } from '#gateway/declare/deprecated';

@View('Shelf')
class ShelfView {
  @ViewField(() => String)
  label!: string;

  @ViewField(() => String, { nullable: true, deprecated: 'Use label.' })
  colour!: string | null;
}

const SHELF = { label: 'A', colour: null };

@Resolver()
class Fields {
  @Deprecated({ since: '2026-01-01' })
  @Query(() => ShelfView)
  old() {
    return SHELF;
  }

  @Query(() => ShelfView)
  fresh() {
    return SHELF;
  }
}

@Controller()
class Routes {
  @Deprecated({ since: '2026-01-01' })
  @Get('old')
  @Answers(ShelfView)
  old() {
    return SHELF;
  }

  @Get('fresh')
  @Answers(ShelfView)
  fresh() {
    return SHELF;
  }
}

@Module({ imports: [ConfigModule.of(loadConfig({}))], providers: [Executor], exports: [Executor] })
class CompiledModule {}

@Module({
  imports: [
    GraphQLModule.forRootAsync<GqlModuleOptions>({
      driver: GraphqlDriver,
      imports: [CompiledModule],
      useFactory: () => ({ autoSchemaFile: true, graphiql: false, introspection: true }),
    }),
  ],
  providers: [Fields, { provide: ApiInfo, useValue: { title: 'Shelves', description: 'Shelves.' } }],
  controllers: [Routes],
})
class ShelvesModule {}

describe('deprecations are shown', () => {
  let app: NestFastifyApplication;
  beforeAll(async () => {
    app = await NestFactory.create<NestFastifyApplication>(ShelvesModule, new FastifyAdapter(), { logger: false });
    await app.init();
  });
  afterAll(() => app?.close());

  it('in the GraphQL schema as SDL', () => {
    const sdl = printSchema(app.get(GraphQLSchemaHost).schema);
    expect(sdl).toContain('old: Shelf! @deprecated(reason: "Since 2026-01-01.")\n');
    expect(sdl).toContain('fresh: Shelf!\n');
    expect(sdl).toContain('label: String!\n');
    expect(sdl).toContain('colour: String @deprecated(reason: "Use label.")\n');
  });

  it('in introspection, which GraphiQL and editors show', async () => {
    const query = '{ __type(name: "Query") { fields(includeDeprecated: true) { name isDeprecated } } }';
    const { schema } = app.get(GraphQLSchemaHost, { strict: false });
    const { data } = graphqlSync({ schema, source: query }) as unknown as {
      data: { __type: { fields: object[] } };
    };
    const { fields } = data.__type;
    expect(fields).toEqual([
      { name: 'old', isDeprecated: true },
      { name: 'fresh', isDeprecated: false },
    ]);
  });

  it('in the OpenAPI document, which /docs shows', () => {
    const { paths, components } = openApiDocuments(app, [])('3.1');
    expect(paths['/old']!.get).toMatchObject({ deprecated: true });
    expect(paths['/fresh']!.get).not.toHaveProperty('deprecated');
    const shelf = components!.schemas!['Shelf'] as { properties: Record<string, object> };
    expect(shelf.properties['colour']).toMatchObject({ deprecated: true, description: 'Deprecated: Use label.' });
    expect(shelf.properties['label']).not.toHaveProperty('deprecated');
  });
});
