import { Agent } from 'node:http';
import { Readable } from 'node:stream';
import makeFetchCookie from 'fetch-cookie';
import fetch, { FormData, Blob } from 'node-fetch';
import { journey, parts } from './journey.js';

const agent = new Agent({ keepAlive: true });
const browser = makeFetchCookie(fetch);

async function send(method, url, { json, body, headers, jar }) {
  const type = json && { 'content-type': 'application/json' };
  const options = { method, headers: { ...type, ...headers }, body: json ? JSON.stringify(json) : body };
  const answer = await (jar ? browser(url, options) : fetch(url, { ...options, agent }));
  const text = await answer.text();
  const isJson = answer.headers.get('content-type')?.includes('json');
  return {
    status: answer.status,
    headers: answer.headers,
    data: isJson && text ? JSON.parse(text) : undefined,
    text,
    url: answer.url,
  };
}
const read = async (answer) => (await answer).json();

await journey(send, {
  // It never throws because of a status.
  thrown: async (url, headers) => (await read(fetch(url, { headers }))).code,
  chunked: (url, headers) => read(fetch(url, { method: 'POST', headers, body: Readable.from(parts()) })),
  form: (url, headers) => {
    const form = new FormData();
    form.set('file', new Blob(['a']));
    return read(fetch(url, { method: 'POST', headers, body: form }));
  },
  lines: async (url) => (await fetch(url)).body,
});
