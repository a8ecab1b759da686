import * as sdk from '#clients/sdk/src/index';

const { apiKey, bearer, createClient, dpop, indexedDbKeys, login, unwrap } = sdk;
const { eachItem, followOrder, getHome, listOrders, mobileOrderStatus, placeOrder, webHome } = sdk;
type Client = sdk.Client;

export async function signedIn(baseUrl: string, email: string, password: string): Promise<Client> {
  const auth = bearer({ onSignedOut: () => location.assign('/login') });
  const client = createClient({ baseUrl, auth, app: 'web/2.4.0' });
  await auth.accept(await unwrap(login(client, { email, password })));
  return client;
}

export async function greeting(client: Client): Promise<string> {
  const home = await getHome(client, {}, { fields: ['user.name', 'degraded'], timeoutMs: 2_000 });
  if (home.ok) return home.data.user ? `Hello, ${home.data.user.name}` : 'Hello';
  if (home.error.code === 'UNAUTHENTICATED') return 'Please log in';
  if (home.error.code === 'RATE_LIMITED') return `Try again in ${home.error.retryAfterMs} ms`;
  return `Not now (${home.error.requestId})`;
}

export async function order(client: Client, productId: string): Promise<string> {
  const placed = await placeOrder(client, { lines: [{ productId, quantity: 1 }] });
  if (!placed.ok) return placed.error.code === 'OUT_OF_STOCK' ? 'Sold out' : placed.error.message;
  for await (const { event, data } of followOrder(client, { id: placed.data.id })) {
    if (event === 'status' && data.isFinal) return data.status;
    if (event === 'degraded') return 'Its status is not known at the moment';
  }
  return 'No news';
}

export async function lists(client: Client): Promise<string[]> {
  const lines = [];
  for await (const { id, status } of eachItem(client, listOrders, { first: 50 })) lines.push(`${id} ${status}`);
  const { home } = await unwrap(webHome(client));
  return [...lines, ...(home?.recommendations ?? []).map(({ name }) => name)];
}

export async function signedInWithKey(baseUrl: string, email: string, password: string): Promise<Client> {
  const auth = dpop(typeof indexedDB === 'undefined' ? {} : { keyStore: indexedDbKeys() });
  const client = createClient({ baseUrl, auth });
  await auth.accept(await unwrap(login(client, { email, password })));
  return client;
}

export const ofProgram = (baseUrl: string, readKey: () => Promise<string>): Client =>
  createClient({ baseUrl, auth: apiKey(readKey) });

export async function watch(client: Client, id: string, show: (status: string) => void): Promise<void> {
  for await (const event of mobileOrderStatus(client, { id })) {
    if (event.event === 'next') show(event.data.orderStatus.status);
    if (event.event === 'failed') show(`not known (${event.data.code})`);
    if (event.event === 'gap') show('connected again');
  }
}

declare const indexedDB: unknown;
declare const location: { assign(path: string): void };
