import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { loadConfig } from '#gateway/config/config';
import { createGateway } from '#gateway/gateway';
import { createLogger } from '#libs/observe';
import { type AddedRoute, addedRoutes } from '#test/support/added-routes';

let routes: AddedRoute[];
let close: () => Promise<void>;
beforeAll(async () => {
  const create = () => createGateway(loadConfig({}), createLogger('gateway', 'silent'));
  const added = await addedRoutes(create);
  routes = added.routes;
  close = () => added.made.close();
});
afterAll(() => close());

/** The paths of a row of "What to expose". */
function pathsOf(row: RegExp): string[] {
  const page = readFileSync('docs/deploy/README.md', 'utf8');
  return [...row.exec(page)![1]!.matchAll(/`(\/[^`]*)`/g)].map(([, path]) => path!);
}

it('docs/deploy lists every path of the gateway, for those who allow some only', () => {
  const listed = [
    /^\| `PORT` \(3000\) \| all: (.+?) \|/m,
    /^\| `PORT` \(3000\) \| (`\/livez`.+?) \|/m,
    /^\| `ADMIN_PORT` \(3009\) \| (.+?) \|/m,
  ].flatMap(pathsOf);
  const isListed = (url: string) =>
    listed.some((path) => url === path || (path !== '/' && path.endsWith('/') && `${url}/`.startsWith(path)));
  const paths = new Set(routes.map(({ url }) => url).filter((url) => url !== '*'));
  expect([...paths].filter((url) => !isListed(url))).toEqual([]);
  const isServed = (path: string) => [...paths].some((url) => url === path || `${url}/`.startsWith(path));
  expect(listed.filter((path) => !isServed(path))).toEqual([]);
});
