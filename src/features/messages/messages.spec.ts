import { describe, expect, it } from '@jest/globals';
import { LANGUAGES } from '#gateway/transports/html/language';
import { messages } from '#gateway/transports/html/messages/messages';
import { shopMessages } from './messages.ts';

/** What a text says, by its path; a function's with its parameters by number. */
function textsIn(value: unknown, path = ''): [path: string, text: string][] {
  if (typeof value === 'function')
    return [[path, String((value as (...words: string[]) => string)('{0}', '{1}'))]];
  if (typeof value === 'string') return [[path, value]];
  return Object.entries(value as object).flatMap(([name, one]) => textsIn(one, path ? `${path}.${name}` : name));
}

const parametersIn = (text: string): string[] => (text.match(/\{\d\}/g) ?? []).toSorted();

describe.each([
  ['of every page', messages],
  ['of the shop', shopMessages],
])('the texts %s', (_, all) => {
  const english = textsIn(all.en);

  it.each(LANGUAGES)('are complete in %s, with the same parameters', (language) => {
    const texts = textsIn(all[language]);
    expect(texts.map(([path]) => path).toSorted()).toEqual(english.map(([path]) => path).toSorted());
    expect(texts.filter(([, text]) => !text.trim())).toEqual([]);
    const byPath = new Map(english);
    const differing = texts.filter(
      ([path, text]) => String(parametersIn(text)) !== String(parametersIn(byPath.get(path)!)),
    );
    expect(differing).toEqual([]);
  });

  it('are translated', () => {
    const other = new Map(textsIn(all.de));
    const same = english.filter(([path, text]) => other.get(path) === text && /[a-z]{4,} [a-z]{2,}/i.test(text));
    expect(same).toEqual([]);
  });
});
