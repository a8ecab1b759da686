import { describe, expect, it } from '@jest/globals';
import { buildSchema, type GraphQLSchema, printSchema } from 'graphql';
import { showDeprecations } from './show-deprecations.ts';

const PROMISED = 'type Query {\n  old: Int\n  fresh: Int\n}\n\ntype Mutation {\n  change: Int\n}';

/** A schema with a field marked as `@Deprecated` does. */
function withDeprecated(type: 'Query' | 'Mutation', name: string, deprecated: object): GraphQLSchema {
  const schema = buildSchema(PROMISED);
  const fields = (type === 'Query' ? schema.getQueryType() : schema.getMutationType())!.getFields();
  fields[name]!.extensions = { deprecated };
  showDeprecations(schema);
  return schema;
}

describe('the schema', () => {
  it('shows since when a root field is deprecated, its sunset date and its link', () => {
    const deprecation = { since: '2026-01-01', sunset: '2027-01-01', link: 'https://atrium.example/changes' };
    expect(printSchema(withDeprecated('Query', 'old', deprecation))).toContain(
      'old: Int @deprecated(reason: "Since 2026-01-01, may be removed from 2027-01-01 on. See https://atrium.example/changes")\n  fresh: Int\n',
    );
  });

  it('shows deprecated mutations, without a sunset date or link if there is none', () => {
    const schema = withDeprecated('Mutation', 'change', { since: '2026-01-01' });
    expect(printSchema(schema)).toContain('change: Int @deprecated(reason: "Since 2026-01-01.")');
  });

  it('is unchanged without deprecations', () => {
    const schema = buildSchema(PROMISED);
    showDeprecations(schema);
    expect(printSchema(schema)).toBe(PROMISED);
  });
});
