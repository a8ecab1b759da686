import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { graphqlChanges, openapiChanges } from './schema-changes.ts';

const schema = readFileSync('schema.graphql', 'utf8');
const changed = (from: RegExp | string, to: string) => {
  const after = schema.replace(from, to);
  expect(after).not.toBe(schema);
  return graphqlChanges(schema, after, 'clients');
};

describe('a change of the GraphQL schema', () => {
  it('that is none breaks nothing', () => {
    expect(graphqlChanges(schema, schema, 'clients')).toEqual([]);
  });

  it('that adds breaks nothing', () => {
    expect(changed('type Logout', 'type New { id: ID }\n\ntype Logout')).toEqual([]);
  });

  it('breaks the operations that ask for what is gone', () => {
    const [change] = changed(/ {2}imageUrl: String\n/, '');
    expect(change).toEqual({ what: 'Product.imageUrl was removed.', breaks: ['web/home', 'web/product'] });
  });

  it('breaks the operations that ask with an argument that is gone', () => {
    const [change] = changed('recommendations(first: Int! = 10)', 'recommendations');
    expect(change!.breaks).toEqual(['mobile/home', 'web/home']);
  });

  it('of what nobody asks for is told, and breaks nobody', () => {
    const [change] = changed(/ {2}hasPreviousPage: Boolean!\n/, '');
    expect(change).toEqual({ what: 'PageInfo.hasPreviousPage was removed.', breaks: [] });
  });
});

describe('a change of the OpenAPI document', () => {
  interface Document {
    paths: Record<string, object>;
    components: { schemas: Record<string, { properties: Record<string, { type?: string }>; required: string[] }> };
  }
  const document = () =>
    JSON.parse(readFileSync('openapi.json', 'utf8')) as Document & Parameters<typeof openapiChanges>[0];
  const after = (change: (document: Document) => void) => {
    const changed = document();
    change(changed);
    return openapiChanges(document(), changed).map(({ what }) => what);
  };

  it('that is none breaks nothing, and neither does what is added', () => {
    expect(after(() => {})).toEqual([]);
    expect(after((it) => void (it.paths['/v1/new'] = { get: { responses: {} } }))).toEqual([]);
  });

  it('breaks clients of what is gone, or is required since', () => {
    expect(after((it) => delete it.paths['/v1/home'])).toEqual(['GET /v1/home was removed.']);
    expect(after((it) => delete it.components.schemas['User']!.properties['name'])).toContain(
      'User.name was removed.',
    );
    expect(after((it) => it.components.schemas['LoginInput']!.required.push('code'))).toEqual([
      'LoginInput requires code.',
    ]);
    expect(after((it) => void (it.components.schemas['User']!.properties['name']!.type = 'integer'))).toContain(
      'User.name was "string", and is "integer".',
    );
  });
});
