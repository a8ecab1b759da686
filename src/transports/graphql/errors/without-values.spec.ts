import { describe, expect, it } from '@jest/globals';
import { GraphQLError, parse } from 'graphql';
import { withoutValues } from './without-values.ts';

/** What the parser says of a document. */
function syntaxError(text: string): GraphQLError {
  try {
    parse(text);
  } catch (error) {
    return error as GraphQLError;
  }
  throw new Error(`${text} is a document`);
}

/** Every message of graphql-js's lexer and parser that has a part of the text in it. */
const QUOTING: [text: string, message: string, without: string][] = [
  ['{ a(b: "hun\\uter2") }', 'Invalid Unicode escape sequence: "\\uter2".', 'Invalid Unicode escape sequence.'],
  ['{ a(b: "\\u{hunter2}") }', 'Invalid Unicode escape sequence: "\\u{h".', 'Invalid Unicode escape sequence.'],
  ['{ a(b: "h\\unter") }', 'Invalid Unicode escape sequence: "\\unter".', 'Invalid Unicode escape sequence.'],
  ['{ a(b: "hunte\\r2\\:") }', 'Invalid character escape sequence: "\\:".', 'Invalid character escape sequence.'],
  ['{ a(b: "hunter\uD800") }', 'Invalid character within String: U+D800.', 'Invalid character within String.'],
  ['{ a(b: """h\uD800""") }', 'Invalid character within String: U+D800.', 'Invalid character within String.'],
  ['{ a(b: ~hunter2) }', 'Unexpected character: "~".', 'Unexpected character.'],
  ['{ a(b: \u00E9t\u00E9) }', 'Unexpected character: U+00E9.', 'Unexpected character.'],
  [
    "{ a(b: 'hunter2') }",
    'Unexpected single quote character (\'), did you mean to use a double quote (")?',
    'Unexpected single quote character.',
  ],
  [
    '{ a(b: 0123) }',
    'Invalid number, unexpected digit after 0: "1".',
    'Invalid number, unexpected digit after 0.',
  ],
  ['{ a(b: 1.x) }', 'Invalid number, expected digit but got: "x".', 'Invalid number, expected digit.'],
  ['{ a(b: 7h) }', 'Invalid number, expected digit but got: "h".', 'Invalid number, expected digit.'],
  ['{ a(b: -"', "Invalid number, expected digit but got: '\"'.", 'Invalid number, expected digit.'],
  ['{ "hunter2: a" }', 'Expected Name, found String "hunter2: a".', 'Expected Name, found String.'],
  ['{ """hun"ter2""" }', 'Expected Name, found BlockString "hun"ter2".', 'Expected Name, found BlockString.'],
  ['{ 1234 }', 'Expected Name, found Int "1234".', 'Expected Name, found Int.'],
  ['{ 12.34 }', 'Expected Name, found Float "12.34".', 'Expected Name, found Float.'],
  ['{ a(b hunter2) }', 'Expected ":", found Name "hunter2".', 'Expected ":", found Name.'],
  ['fragment A hunter2 { b }', 'Expected "on", found Name "hunter2".', 'Expected "on", found Name.'],
  ['hunter2', 'Unexpected Name "hunter2".', 'Unexpected Name.'],
  ['"hunter2"', 'Unexpected <EOF>.', 'Unexpected <EOF>.'],
  ['{ a(b: "x" "hunter2") }', 'Expected Name, found String "hunter2".', 'Expected Name, found String.'],
  [
    'enum A { true }',
    'Name "true" is reserved and cannot be used for an enum value.',
    'Name is reserved and cannot be used for an enum value.',
  ],
];

describe('a syntax error in production', () => {
  it.each(QUOTING)('of %j quotes nothing of it', (text, message, without) => {
    const error = syntaxError(text);
    expect(error.message).toBe(`Syntax Error: ${message}`);
    expect(withoutValues(error)).toBe(`Syntax Error: ${without}`);
  });

  it.each(['{ a(b: "x', '{ a { b }', '}', '{ a ) }', '...', `{ a(b: [}) }`])(
    'keeps what is of the language: %s',
    (text) => {
      const error = syntaxError(text);
      expect(withoutValues(error)).toBe(error.message);
    },
  );
});
