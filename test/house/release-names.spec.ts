import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { releaseFiles } from '#tools/new/files';
import ts from 'typescript';

/** The upstreams of the shop, and the shop. Names of features, such as events or account, are also ordinary words. */
const NAMES = new Set(['shop', ...readdirSync('src/upstreams').filter((name) => !/\.|^settings$/.test(name))]);

/** The texts of a file that name the shop: of strings, templates, patterns and markup. */
function textsOfShop(file: string, text: string): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    const isText =
      ts.isLiteralExpression(node) ||
      ts.isTemplateMiddleOrTemplateTail(node) ||
      ts.isTemplateHead(node) ||
      ts.isJsxText(node);
    if (isText && node.text.split(/[^A-Za-z]+/).some((word) => NAMES.has(word.toLowerCase())))
      found.push(node.text);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, text, ts.ScriptTarget.Latest));
  return found;
}

describe('the files of a release', () => {
  it('name no upstream of the shop in their texts', () => {
    // libs/testing, which no process loads, has factories for the specs of the shop.
    const files = releaseFiles('.', false).filter(
      (file) => /\.(ts|tsx|mjs|cjs)$/.test(file) && !file.startsWith('libs/testing/'),
    );
    expect(files.length).toBeGreaterThan(500);
    const found = files.flatMap((file) =>
      textsOfShop(file, readFileSync(file, 'utf8')).map((text) => `${file}: ${text}`),
    );
    expect(found).toEqual([]);
  });

  it.each([
    ["const path = '/v1/orders';", ['/v1/orders']],
    ['const sheet = `shop.${hash}.css`;', ['shop.']],
    ['const path = `${url}/users/${id}`;', ['/users/']],
    ['const page = <h1>All products</h1>;', ['All products']],
    ['const path = /^.reviews/;', ['/^.reviews/']],
    ["const workshop = 'ordered';", []],
  ])('are found by %s', (text, found) => {
    expect(textsOfShop('a.tsx', text)).toEqual(found);
  });
});
