import type { Picks } from './picks.ts';

/** Literals at the limits of a type and beyond them, by its name. */
const LITERALS: Record<string, readonly string[]> = {
  Int: ['-7', '-0', '-2147483649', '1.0', '1e1', '"7"', 'true', '[3]', 'ONE'],
  SafeInt: ['9007199254740991', '-0', '9007199254740992', '12.0', '"12"', '{ }'],
  Float: ['7', '-0.0', '1e400', '1E-400', '"1.5"', 'NaN'],
  Boolean: ['1', '"true"', 'TRUE', '[true]'],
  DateTime: [
    '"2026-11-28T08:00:00+01:00"',
    '"2026-11-28t07:00:00z"',
    '"2016-12-31T23:59:60Z"',
    '"2026-02-30T00:00:00Z"',
    '1764313200',
  ],
  ID: ['7', '-0', '7.5', '99999999999999999999', 'true', 'A', '"\\u0000"', '"\\u{1F600} \\ud83d\\ude00"', '[7]'],
  String: ['7', 'true', 'A', '"\\u{e9}\\t\\/"', '"\\ud83d"', '"""\n  a\n    b\\"""\n  """', '["a"]', '{ a: "b" }'],
};
const ENUM_LITERALS = ['"PRICE_ASC"', 'NONE_OF_THESE', 'null', '1', '[PRICE_ASC]', 'price_asc'];

/** The same in JSON. */
const JSON_VALUES: Record<string, readonly unknown[]> = {
  Int: [-7, -2_147_483_649, 1.5, '7', true, [3], ''],
  SafeInt: [Number.MAX_SAFE_INTEGER, 2 ** 53, -1, 0.5, '12'],
  Float: [7, Number.MAX_VALUE, '1.5', ''],
  Boolean: [1, 0, 'true', '', [true]],
  DateTime: [
    '2026-11-28T08:00:00.123456789+01:00',
    '2026-11-28 07:00:00Z',
    '2016-12-31T23:59:60Z',
    1_764_313_200_000,
    '',
  ],
  ID: [7, -7, 7.5, 2 ** 53, 1e21, true, '', '\u{1f600}', '\ud83d', 'a\u0000b'],
  String: [7, true, '', '\u{1f600}\u2028', '\ud83d', 'x'.repeat(300), ['a'], { toString: 'a' }],
};
const ENUM_VALUES: readonly unknown[] = ['price_asc', '', 'toString', '__proto__', 0, ['PRICE_ASC'], true];

/** A literal of a type that few clients write, right or wrong. */
export const oddLiteral = (name: string, picks: Picks): string => picks.one(LITERALS[name] ?? ENUM_LITERALS);

/** The same as a value of a variable. */
export const oddValue = (name: string, picks: Picks): unknown => picks.one(JSON_VALUES[name] ?? ENUM_VALUES);

/** Names that mean something to JavaScript, or to a program that reads an answer. */
export const ODD_NAMES: readonly string[] = [
  'toJSON',
  'constructor',
  'then',
  'length',
  'data',
  'errors',
  '__proto__',
  'hasOwnProperty',
  'on',
  'null',
  'true',
  'query',
  '_',
  'valueOf',
];

/** The same document in a form that few clients write, now and then: between its tokens everything is ignored. */
export function dressed(query: string, picks: Picks): string {
  switch (picks.below(24)) {
    case 23:
      return `\ufeff${query.replaceAll('\n', '\r\n')}`;
    case 22:
      return query.replaceAll('{ ', '{ # "{ }" é\u{1f600}\r\t');
    case 21:
      return query.replaceAll('{ ', '{,,').replaceAll(' }', ',}');
    case 20:
      return `# ${'x'.repeat(100)}\r\n\r\n${query}\n#`;
    default:
      return query;
  }
}
