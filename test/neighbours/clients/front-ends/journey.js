// The journey of the clients of npm, by what each is given in: `send` resolves to an answer, whatever its status.
import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';

const { URL: base, TLS_URL, LIMITED_URL, COUNTED_URL, FILE_URL, NAME, CUSTOMER } = process.env;
const account = { email: `${NAME}@example.com`, password: 'correct horse battery' };
const file = randomBytes(1_500_000);
const bytes = { 'content-type': 'application/octet-stream' };

/** The parts of the file, of which nobody knows how many there are. */
export function* parts() {
  for (let at = 0; at < file.length; at += 100_000) yield file.subarray(at, at + 100_000);
}

/**
 * @param send (method, url, { json, body, headers, jar, through }) → { status, headers: { get }, data, text, url }
 * @param more what clients do in their own ways
 */
export async function journey(send, { thrown, chunked, form, lines, proxied }) {
  const seen = {};
  let own = {};
  const to = (method, path, { headers, ...rest } = {}) =>
    send(method, base + path, { headers: { ...own, ...headers }, ...rest });
  seen.registered = (await to('POST', '/v1/auth/register', { json: { name: CUSTOMER, ...account } })).status;
  const { data: token } = await to('POST', '/v1/auth/login', { json: account });
  seen.login = token.tokenType;
  const failed = [await to('GET', '/v1/products?page=1&page=2'), await to('GET', '/v1/home')];
  own = { authorization: `Bearer ${token.accessToken}` };
  seen.home = (await to('GET', '/v1/home')).data.user.name;
  const ids = new Set();
  for (let page = 1, pages = 1; page <= pages; page += 1) {
    const { data } = await to('GET', `/v1/products?category=books&pageSize=7&page=${page}`);
    data.items.forEach(({ id }) => ids.add(id));
    pages = data.totalPages;
    seen.pages = ids.size === data.total;
  }
  const etag = (await to('GET', '/v1/me')).headers.get('etag');
  seen.notModified = (await to('GET', '/v1/me', { headers: { 'if-none-match': etag } })).status;
  const order = { json: { lines: [{ productId: 'p1', quantity: 1 }] }, headers: { 'idempotency-key': NAME } };
  const placed = [await to('POST', '/v1/orders', order), await to('POST', '/v1/orders', order)];
  seen.ordered = [...placed.map(({ status }) => status), placed[0].data.id === placed[1].data.id];
  const change = { json: { name: 'Zoë King' }, headers: { 'if-match': etag } };
  seen.changed = [(await to('PATCH', '/v1/me', change)).status, (await to('PATCH', '/v1/me', change)).status];
  failed.push(await to('GET', '/v1/orders/nothing'), await to('POST', '/v1/orders', { json: { lines: [] } }));
  await send('GET', `${LIMITED_URL}/v1/products`, {});
  failed.push(await send('GET', `${LIMITED_URL}/v1/products`, {}));
  seen.errors = failed.map(({ status, data }) => [status, data.code]);
  seen.retryAfter = Number(failed[4].headers.get('retry-after')) > 0;
  seen.thrown = await thrown(`${base}/v1/orders/nothing`, own);
  seen.coding = (await to('GET', '/v1/products')).headers.get('content-encoding');
  const head = await to('HEAD', '/v1/products');
  seen.head = [head.status, head.text.length];
  seen.options = (await to('OPTIONS', '/v1/products')).headers.get('allow');
  const { data: uploaded } = await to('POST', '/v1/uploads', { body: file, headers: bytes });
  seen.uploaded = [uploaded.offset, (await to('DELETE', `/v1/uploads/${uploaded.id}`)).status];
  seen.chunked = (await chunked(`${base}/v1/uploads`, { ...own, ...bytes })).offset;
  seen.form = (await form(`${base}/v1/uploads`, own)).errors[0].field;
  const coded = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
  const body = gzipSync(JSON.stringify({ name: CUSTOMER }));
  seen.gzipped = (await to('PATCH', '/v1/me', { body, headers: coded })).data.name;
  const query = new URLSearchParams({ search: 'Größe & 100% + 1; #?/' });
  seen.query = (await to('GET', `/v1/products?${query}`)).data.total;

  const unread = { body: Buffer.alloc(20_000_000), headers: bytes };
  seen.refused = (await send('POST', `${base}/v1/uploads`, unread)).status;
  const csrf = { 'x-csrf': '1' };
  await send('POST', `${TLS_URL}/bff/login`, { json: account, headers: csrf, jar: true });
  const me = await send('GET', `${TLS_URL}/v1/me`, { headers: csrf, jar: true });
  seen.cookie = me.data.email === account.email;
  seen.csrf = (await send('GET', `${TLS_URL}/v1/me`, { jar: true })).status;
  const start = await send('GET', `${base}/`, { headers: { accept: 'text/html' } });
  seen.redirected = [start.status, start.url === `${base}/shop`, start.text.includes('<h1')];
  const whole = await send('GET', FILE_URL, {});
  const range = { range: `bytes=${whole.text.length >> 1}-`, 'if-range': whole.headers.get('etag') };
  const { status, text: rest } = await send('GET', FILE_URL, { headers: range });
  seen.resumed = [status, whole.text.endsWith(rest), rest.length > 0 && rest.length < whole.text.length];
  let text = '';
  for await (const part of await lines(`${base}/v1/events/clock`)) {
    text += part;
    if (/^event:.*\n/m.test(text)) break;
  }
  [seen.event] = /^event:.*$/m.exec(text);
  if (proxied) seen.proxied = await proxied('http://shop.example/v1/products', base);
  for (let n = 0; n < 200; n += 1) await send('GET', `${COUNTED_URL}/livez`, {});
  process.stdout.write(JSON.stringify(seen), () => process.exit());
}
