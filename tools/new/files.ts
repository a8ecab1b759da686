import { globSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** What every gateway has of a release, byte for byte: it names no feature, no upstream and no service. */
const OF_RELEASE = [
  'src/{config,declare,identity,edge,transports,operations}/**',
  'src/*.ts',
  'libs/**',
  'tools/{start,dev,build,new-keys,contracts,rehearse,upstream-settings}.ts',
  'tools/rehearse/**',
  'tools/{with-node.sh,swc-register.mjs,docker-health.mjs,omit-build-tools.mjs}',
  'tools/launcher/**',
  'test/support/{jest-setup,no-secrets}.ts',
  'test/support/jest/**',
  '{tsconfig.json,.swcrc,.oxlintrc.json,.oxfmtrc.json,.editorconfig,.gitignore,.npmrc,.nvmrc,jest.config.js,architecture.cjs}',
];

/** The contracts and the data of the shop, and the tests of the launcher and of the whole gateway, which run it. */
const OF_SHOP = [
  'libs/demo-data/**',
  'libs/contracts/{openapi,proto/shop,src/generated/shop}/**',
  'libs/contracts/src/services.ts',
  'libs/contracts/src/generated/*.ts',
  'tools/launcher/*.{spec,fixture}.ts',
  'src/*.spec.ts',
];

const TEST = /\.(spec|fixture)\.ts$/;
const TEMPLATE = 'tools/new/template';
const ENDING = '.template';

/** What makes a test one of the shop: an import of what belongs to it. */
const SHOP_IMPORTS =
  /'(?:#gateway\/(?:features|upstreams)\/|#apps\/|#test\/|#libs\/demo-data)|schema\.graphql|\b(?:USERS|ORDERS|PRODUCTS)_URL\b/;
const SHOP_CONTRACTS =
  /import (?:type )?\{[^}]*\b(?:orders|products|\w+Document|\w+Api)\b[^}]*\} from '#libs\/contracts'/;

/** The files of a release that every gateway has. @param root of Atrium @param withTests the specs that name no shop, too */
export function releaseFiles(root: string, withTests: boolean): string[] {
  const shop = new Set(filesIn(root, OF_SHOP));
  const files = filesIn(root, OF_RELEASE).filter((file) => !shop.has(file));
  const sources = files.filter((file) => !TEST.test(file));
  return withTests ? [...sources, ...testsWithoutShop(root, files)].sort() : sources;
}

/** The files that belong to the team from the first day: what the example is made of, by their path in the new gateway. */
export function exampleFiles(root: string): Map<string, string> {
  const folder = join(root, TEMPLATE);
  const names = globSync(`**/*${ENDING}`, { cwd: folder });
  return new Map(
    names.map((name) => [name.slice(0, -ENDING.length), readFileSync(join(folder, name), 'utf8')] as const),
  );
}

function filesIn(root: string, patterns: string[]): string[] {
  return globSync(patterns, { cwd: root, exclude: ['**/node_modules/**'] })
    .filter((file) => statSync(join(root, file)).isFile())
    .sort();
}

/** A spec falls with the fixture that it imports. */
function testsWithoutShop(root: string, files: string[]): string[] {
  const tests = files.filter((file) => TEST.test(file));
  const text = new Map(tests.map((file) => [file, readFileSync(join(root, file), 'utf8')] as const));
  const left = new Set(
    tests.filter((file) => !SHOP_IMPORTS.test(text.get(file)!) && !SHOP_CONTRACTS.test(text.get(file)!)),
  );
  for (let before = -1; before !== left.size;) {
    before = left.size;
    const gone = tests.filter((file) => !left.has(file)).map((file) => file.replace(/^.*\//, '').slice(0, -3));
    for (const file of left) if (gone.some((name) => text.get(file)!.includes(`/${name}`))) left.delete(file);
  }
  return [...left];
}
