import type { Picks } from './picks.ts';

/** What a document may not have: a text in it, and what takes its place. */
const MISTAKES: readonly [text: string, by: string][] = [
  ['id', 'idd'],
  ['{', '{ }'],
  ['}', '@skip }'],
  ['name', 'name @nothing'],
  ['(first:', '(frist:'],
  ['{ ', '{ ...Nothing '],
  ['$', '$undeclared'],
  ['{ __typename', '{ __typename { id }'],
  ['(id:', '(id: "x", id:'],
];

/** The same document, or now and then one with a mistake. */
export function broken(query: string, picks: Picks): string {
  const [text, by] = MISTAKES[picks.below(60) - 60 + MISTAKES.length] ?? [];
  return text === undefined ? query : query.replace(text, () => by!);
}
