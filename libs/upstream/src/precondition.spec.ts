import { expect, it } from '@jest/globals';
import { type Precondition, preconditionHeaders } from '#libs/upstream';

it.each<[Precondition, Record<string, string>]>([
  [{}, {}],
  [{ in: ['7'] }, { 'if-match': '"7"' }],
  [
    { in: ['7', 'a_b'], notIn: ['8', '9'] },
    { 'if-match': '"7", "a_b"', 'if-none-match': '"8", "9"' },
  ],
  [{ notIn: '*' }, { 'if-none-match': '*' }],
  [{ notIn: [] }, {}],
])('a precondition is asked of a REST service by entity tags: %j', (precondition, headers) => {
  expect(preconditionHeaders(precondition)).toEqual(headers);
});
