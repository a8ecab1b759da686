// eventsource: the interface of browsers.
import { EventSource } from 'eventsource';
import { say, TOKEN, TYPES, URL } from './say.js';

const source = new EventSource(URL, {
  fetch: (to, init) => fetch(to, { ...init, headers: { ...init.headers, authorization: `Bearer ${TOKEN}` } }),
});
for (const type of TYPES) source.addEventListener(type, ({ lastEventId }) => say(type, lastEventId));
source.addEventListener('error', ({ code }) => {
  if (code !== undefined) say('refused', code);
  if (source.readyState === EventSource.CLOSED) say('stopped');
});
