import { readFileSync } from 'node:fs';
import { loadConfig } from '#gateway/config/config';
import { Executor } from '#gateway/transports/graphql/execute/executor';
import { listSizesOf } from '#gateway/transports/graphql/limits/list-sizes';
import { type Limits, LIMITS } from '#gateway/declare/limited';
import { createGateway } from '#gateway/gateway';
import { createLogger } from '#libs/observe';
import { beforeAll, describe, expect, it } from '@jest/globals';
import {
  getNamedType,
  getNullableType,
  type GraphQLObjectType,
  type GraphQLSchema,
  isListType,
  isObjectType,
} from 'graphql';

const page = readFileSync('docs/limits.md', 'utf8');

/** The cells of a table, by the title of its first column. */
function tableOf(title: string): string[][] {
  const [, table] = page.split(`| ${title} |`);
  const rows = table!.split('\n\n')[0]!.split('\n').slice(2);
  return rows.map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

describe('docs/limits.md', () => {
  let schema: GraphQLSchema;

  beforeAll(async () => {
    const app = await createGateway(loadConfig({ PORT: '0', ADMIN_PORT: '0' }), createLogger('gateway', 'silent'));
    ({ schema } = app.get(Executor, { strict: false }));
    await app.close();
  });

  it('has what each field of GraphQL costs, and what it counts for', () => {
    const roots = [schema.getQueryType()!, schema.getMutationType()!, schema.getSubscriptionType()!];
    const rows = roots.flatMap((root) =>
      Object.values(root.getFields()).map(({ name, extensions }) => {
        const { cost = 1, by = [] } = (extensions[LIMITS] ?? {}) as Limits;
        return [`\`${root.name}.${name}\``, `${cost}`, by.map((policy) => `\`${policy}\``).join(', ')];
      }),
    );
    expect(tableOf('Field of GraphQL').sort()).toEqual(rows.sort());
  });

  it('has how long each list is taken to be', () => {
    const rows = [...listSizesOf(schema)].map(([list, { sizedFields, slicingArguments = [], assumedSize }]) => {
      const sized = sizedFields ? `: ${sizedFields.map((one) => `\`${one}\``).join(', ')}` : '';
      const size = assumedSize ?? slicingArguments.map((one) => `\`${one}\``).join(', ');
      return [`\`${list}\`${sized}`, `${size}`];
    });
    expect(tableOf('List').sort()).toEqual(rows.sort());
  });

  it('misses no list of the schema: each declares its size, or a field above gives it one', () => {
    const sizes = listSizesOf(schema);
    const sized = [...sizes].flatMap(([field, { sizedFields = [] }]) => {
      const [type, name] = field.split('.');
      const answer = getNamedType((schema.getType(type!) as GraphQLObjectType).getFields()[name!]!.type);
      return sizedFields.map((one) => `${answer.name}.${one}`);
    });
    const lists = Object.values(schema.getTypeMap()).flatMap((type) => {
      if (!isObjectType(type) || type.name.startsWith('__')) return [];
      return Object.values(type.getFields())
        .filter((field) => isListType(getNullableType(field.type)))
        .map(({ name }) => `${type.name}.${name}`);
    });
    expect(lists.length).toBeGreaterThan(8);
    expect(lists.filter((list) => !sizes.has(list) && !sized.includes(list))).toEqual([]);
  });
});
