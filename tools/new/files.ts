import { globSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** The files of a release that every gateway has unchanged: they name no feature, no upstream and no service. */
const OF_RELEASE = [
  'src/{config,declare,identity,edge,files,transports,jobs,operations}/**',
  'src/*.ts',
  'libs/**',
  'tools/{start,dev,build,new-keys,rotate-keys,doctor,contracts,rehearse,release-operations,upstream-settings}.ts',
  'tools/released-operations/**',
  'tools/rehearse/**',
  'tools/{with-node.sh,swc-register.mjs,docker-health.mjs}',
  'tools/image/**',
  'tools/keys/**',
  'tools/doctor/**',
  'tools/launcher/**',
  'tools/schema-changes/{accepted,change,graphql-schema-changes,json-schema-changes,openapi,openapi-changes}.ts',
  'clients/portal/**',
  'test/support/{jest-setup,no-secrets}.ts',
  'test/support/jest/**',
  '{tsconfig.json,.swcrc,.oxlintrc.json,.oxfmtrc.json,.editorconfig,.gitignore,.npmrc,.nvmrc,jest.config.js,architecture.cjs}',
];

/** The contracts and data of the shop, and the tests of the launcher and the whole gateway, which depend on it. */
const OF_SHOP = [
  'libs/demo-data/**',
  'libs/contracts/{openapi,proto/shop,src/generated/shop}/**',
  'libs/contracts/src/services.ts',
  'libs/contracts/src/generated/*.ts',
  'tools/launcher/*.{spec,fixture}.ts',
  'tools/launcher/demo-shop.ts',
  'src/*.spec.ts',
];

const TEST = /\.(spec|fixture)\.tsx?$/;
const TEMPLATE = 'tools/new/template';
const ENDING = '.template';

/** Imports of the shop, by which its tests are recognized; a whole gateway has its features, too. */
const SHOP_IMPORTS =
  /'(?:#gateway\/(?:gateway'|(?:features|upstreams)\/)|#apps\/|#test\/|#libs\/demo-data)|schema\.graphql|\b(?:USERS|ORDERS|PRODUCTS)_URL\b/;
const SHOP_CONTRACTS =
  /import (?:type )?\{[^}]*\b(?:orders|products|\w+Document|\w+Api)\b[^}]*\} from '#libs\/contracts'/;

/**
 * The files of a release that every gateway has.
 * @param root of Atrium
 * @param withTests also the specs that do not depend on the shop
 */
export function releaseFiles(root: string, withTests: boolean): string[] {
  const shop = new Set(filesIn(root, OF_SHOP));
  const files = filesIn(root, OF_RELEASE).filter((file) => !shop.has(file));
  const sources = files.filter((file) => !TEST.test(file));
  return withTests ? [...sources, ...testsWithoutShop(root, files)].sort() : sources;
}

/** The files of the example, which belong to the team, by their path in the new gateway. */
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

/** A spec is excluded with the fixture that it imports. */
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
