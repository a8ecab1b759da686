import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { CODE } from '#test/support/sources';

/** What programs of others import, the compiler included, and the code that the study generates. */
const READ_BY_OTHERS =
  /\.worker\.ts$|\/jsx-runtime\.ts$|^(bench\/peers|test\/support\/jest|study)\/|\/front-ends?\//;
/** Classes of views are types of answers, which others infer. */
const EXPORT = /^export (?:async )?(?:abstract )?(?:function\*?|class|const|let|enum) (?!\w+View\b)(\w+)/gm;

it('values are exported for another file, which names them', () => {
  const texts = CODE.map((file) => [file, readFileSync(file, 'utf8')] as const);
  const filesByName = new Map<string, number>();
  for (const [, text] of texts) {
    for (const word of new Set(text.match(/[\w$]+/g))) filesByName.set(word, (filesByName.get(word) ?? 0) + 1);
  }
  const unused = texts
    .filter(([file]) => !READ_BY_OTHERS.test(file))
    .flatMap(([file, text]) => [...text.matchAll(EXPORT)].map(([, name]) => `${file} exports ${name}`))
    .filter((line) => filesByName.get(line.split(' ').at(-1)!) === 1);
  expect(unused).toEqual([]);
});
