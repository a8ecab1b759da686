import { describe, expect, it } from '@jest/globals';
import { ModuleRef, ModulesContainer } from '@nestjs/core';
import { buildSchema } from 'graphql';
import { Executor } from './execute/executor.ts';
import { GraphqlDriver } from './graphql-driver.ts';

describe('the GraphQL driver', () => {
  it('refuses to start with a schema that is not valid, and names what is wrong with it', async () => {
    const text = 'interface Node { id: ID! } type User implements Node { name: String } type Query { me: User }';
    const schema = buildSchema(text, { assumeValidSDL: true });
    const driver = new GraphqlDriver(new ModulesContainer(), {} as ModuleRef, {} as Executor);
    await expect(driver.start({ schema, path: '/graphql' })).rejects.toThrow('Node.id');
  });
});
