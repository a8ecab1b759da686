import { beforeAll, describe, expect, it } from '@jest/globals';
import { buildSchema, getVariableValues, parse, type OperationDefinitionNode } from 'graphql';
import { refuseRoundedIds } from './exact-ids.ts';

const schema = buildSchema('type Query { one(id: ID!, in: [In]): Int } input In { ids: [ID!] }');
const [operation] = parse('query ($id: ID!, $in: [In]) { one(id: $id, in: $in) }').definitions;
const { variableDefinitions } = operation as OperationDefinitionNode;

/** The variables in a JSON text, or the message of what is wrong with them. */
function read(json: string): unknown {
  const { coerced, errors } = getVariableValues(schema, variableDefinitions!, JSON.parse(json) as {});
  return coerced ?? errors![0]!.message;
}

describe('an id in variables', () => {
  beforeAll(() => refuseRoundedIds(schema));

  it.each([
    ['"9007199254740993"', '9007199254740993'],
    ['9007199254740991', '9007199254740991'],
    ['-1', '-1'],
    ['1.0', '1'],
  ])('may be %s', (json, id) => expect(read(`{ "id": ${json} }`)).toEqual({ id }));

  it.each([
    ['9007199254740993', '9007199254740992'],
    ['12345678901234567890', '12345678901234567000'],
    ['-9007199254740993', '-9007199254740992'],
    ['1e21', '1e+21'],
  ])('may not be %s, which JSON has as %s', (json, rounded) => {
    const reason = `ID cannot represent unsafe integer value: ${rounded}`;
    expect(read(`{ "id": ${json} }`)).toBe(`Variable "$id" got invalid value ${rounded}; ${reason}`);
    expect(read(`{ "id": "1", "in": { "ids": [1, ${json}] } }`)).toContain(`at "in.ids[1]"; ${reason}`);
  });

  it.each(['1.5', 'true', '{}', '[]', 'null'])('may not be %s, as before', (json) => {
    expect(read(`{ "id": ${json} }`)).toMatch(/^Variable "\$id" (got invalid value|of non-null type)/);
  });
});
