import { Agent } from 'node:http';
import { Readable } from 'node:stream';
import axios from 'axios';
import { wrapper } from 'axios-cookiejar-support';
import { CookieJar } from 'tough-cookie';
import { journey, parts } from './journey.js';

const client = axios.create({ httpAgent: new Agent({ keepAlive: true }), validateStatus: () => true });
const browser = wrapper(axios.create({ jar: new CookieJar(), validateStatus: () => true }));

async function send(method, url, { json, body, headers, jar }) {
  const answer = await (jar ? browser : client).request({ method, url, data: json ?? body, headers });
  const { status, data, headers: sent, request } = answer;
  const text = typeof data === 'string' ? data : JSON.stringify(data);
  // It removes Content-Encoding when it decodes.
  const get = (name) => sent[name] ?? null;
  return { status, headers: { get }, data, text: method === 'HEAD' ? '' : text, url: request.res?.responseUrl };
}

await journey(send, {
  thrown: (url, headers) => axios.get(url, { headers }).catch(({ response }) => response.data.code),
  chunked: async (url, headers) => (await client.post(url, Readable.from(parts()), { headers })).data,
  form: async (url, headers) => (await client.postForm(url, { file: Buffer.from('a') }, { headers })).data,
  lines: async (url) => (await client.get(url, { responseType: 'stream' })).data,
  proxied: async (url, through) => {
    const { hostname: host, port, protocol } = new URL(through);
    return (await client.get(url, { proxy: { host, port: Number(port), protocol }, httpAgent: undefined })).status;
  },
});
