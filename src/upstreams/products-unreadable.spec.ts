import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { products as wire } from '#libs/contracts';
import { DEMO_INTERNAL_TOKEN_KEY, InternalTokenSigner } from '#libs/internal-token';
import { aContext, allReadable, aProduct, LyingGrpc } from '#libs/testing';
import { UpstreamClients } from '#libs/upstream';
import { ProductsFake } from './products/products.fake.ts';
import { ProductsGrpc } from './products/products.grpc.ts';
import type { Products, ProductSearch } from './products/products.port.ts';

const IDS = ['p1', 'p2', 'p3'];
const context = aContext();
const lost = (id: string) => ({ id, isUnreadable: true });
const search: ProductSearch = { sort: 'RELEVANCE', page: 1, pageSize: 20 };
const usd = (amountMinor: number) => ({ amountMinor, currency: 'USD' });

/** Changes to the product `p2` on the wire. */
let spoilt: Partial<wire.Product> = {};
let totalSize = 3;
const onWire = (id: string): wire.Product => {
  const { rating: _, imageUrl: __, ...product } = aProduct({ id });
  return { ...product, rating: 4.5, imageUrl: '', attributes: {}, ...(id === 'p2' ? spoilt : {}) };
};
const all = () => ({ products: IDS.map(onWire), totalSize });

async function overGrpc() {
  const service = await LyingGrpc.open(wire.ProductsServiceService, {
    BatchGetProducts: ({ ids }: wire.BatchGetProductsRequest) => ({
      products: ids.filter((id) => IDS.includes(id)).map(onWire),
    }),
    SearchProducts: all,
    ListRelatedProducts: all,
    ListRecommendedProducts: all,
  });
  const clients = new UpstreamClients({ tokens: new InternalTokenSigner(DEMO_INTERNAL_TOKEN_KEY) });
  const close = async () => {
    await clients.close();
    await service.close();
  };
  return { products: new ProductsGrpc(clients.grpc('products', [service.address])) as Products, close };
}

async function fake() {
  const products = new ProductsFake(['p0', ...IDS].map((id) => aProduct({ id, inStock: id !== 'p0' })));
  products.unreadable.add('p2');
  return { products: products as Products, close: async () => {} };
}

describe.each([
  ['over gRPC', overGrpc],
  ['the fake', fake],
])('products of which one breaks the contract, %s', (_, open) => {
  let products: Products;
  let close: () => Promise<void>;
  beforeAll(async () => {
    ({ products, close } = await open());
    spoilt = { price: undefined };
  });
  afterAll(() => close());

  it('have it at its position of every list', async () => {
    const page = await products.search(context, search);
    const lists = [
      page.products.slice(-3),
      await products.related(context, 'p0', 3),
      await products.recommended(context, 3),
    ];
    for (const list of lists) expect(list).toMatchObject([{ id: 'p1' }, lost('p2'), { id: 'p3' }]);
  });

  it('are found by their ids except for that one', async () => {
    expect(await products.byIds(context, ['p1', 'p2', 'none'])).toMatchObject([{ id: 'p1' }, lost('p2')]);
    const answers = await Promise.allSettled(['p1', 'p2', 'none'].map((id) => products.byId(context, id)));
    const reason = { code: 'UPSTREAM_BAD_RESPONSE' };
    expect(answers).toMatchObject([{ value: { id: 'p1' } }, { reason }, { value: undefined }]);
  });
});

describe('a product over gRPC', () => {
  let products: Products;
  let close: () => Promise<void>;
  beforeAll(async () => ({ products, close } = await overGrpc()));
  afterAll(() => close());
  afterEach(() => {
    spoilt = {};
    totalSize = 3;
  });

  it.each<[string, Partial<wire.Product>]>([
    ['without a price', { price: undefined }],
    ['of a price that JSON cannot carry', { price: usd(2 ** 60) }],
    ['of a price below 0', { price: usd(-100) }],
    ['of a price in no currency', { price: { amountMinor: 100, currency: 'dollars' } }],
    ['of which there are less than none', { available: -1 }],
    ['rated above 5', { rating: 5.5 }],
    ['rated below 0', { rating: -1 }],
    ['rated NaN', { rating: Number.NaN }],
    ['rated infinity', { rating: Infinity }],
  ])('is unreadable without affecting others: %s', async (_, broken) => {
    spoilt = broken;
    expect(await products.recommended(context, 3)).toMatchObject([{ id: 'p1' }, lost('p2'), { id: 'p3' }]);
  });

  it.each<[string, Partial<wire.Product>]>([
    ['for nothing', { price: usd(0) }],
    ['that is sold out', { available: 0 }],
    ['that nobody has rated', { rating: undefined }],
    ['rated 0', { rating: 0 }],
    ['without words', { description: '', category: '' }],
  ])('may be one %s', async (_, given) => {
    spoilt = given;
    expect(allReadable(await products.recommended(context, 3))).toHaveLength(3);
  });

  it('is refused in a page with a negative total', async () => {
    totalSize = -1;
    await expect(products.search(context, search)).rejects.toMatchObject({ code: 'UPSTREAM_BAD_RESPONSE' });
  });
});
