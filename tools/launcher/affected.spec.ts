import { describe, expect, it } from '@jest/globals';
import { affected } from './affected.ts';
import { planProcesses } from './plan.ts';

const { gateway, services } = planProcesses({});
const restarted = (file: string) => affected([gateway, ...services], file).map(({ name }) => name);

describe('a change of a source file', () => {
  it.each([
    ['src/edge/edge.module.ts', ['gateway']],
    ['apps/orders/orders.store.ts', ['orders']],
    [
      'libs/errors/src/catalogue.ts',
      ['gateway', 'users', 'orders', 'products', 'reviews', 'assistant', 'identity'],
    ],
    ['libs/errors/src/catalogue.spec.ts', []],
    ['src/upstreams/users/users.fake.ts', []],
    ['libs/testing/src/index.ts', []],
    ['clients/web/home.graphql', ['gateway']],
    ['clients/web/readme.md', []],
    ['src/features/home/home.page.tsx', ['gateway']],
    ['src/features/home/home.page.spec.tsx', []],
    ['clients/storefront/site.css', ['gateway']],
    ['clients/portal/style.css', ['gateway']],
    ['clients/portal/.style.css.swp', []],
    ['clients/sdk/src/generated/operations.ts', ['gateway']],
    ['clients/sdk/src/index.ts', []],
    ['apps/orders/.orders.store.ts.swp', []],
    ['apps/orders/orders.fixture.ts', []],
    ['released/operations.json', ['gateway']],
    ['released/openapi.json', []],
  ])('of %s affects %j', (file, names) => {
    expect(restarted(file)).toEqual(names);
  });
});
