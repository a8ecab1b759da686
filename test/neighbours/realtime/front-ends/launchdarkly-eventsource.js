// launchdarkly-eventsource: stops at refusals, unless `errorFilter` says otherwise.
import { EventSource } from 'launchdarkly-eventsource';
import { say, TOKEN, TYPES, URL } from './say.js';

const source = new EventSource(URL, { headers: { authorization: `Bearer ${TOKEN}` } });
// It has an event `end` of its own, without data, when a connection is lost.
for (const type of TYPES)
  source.addEventListener(type, ({ data, lastEventId }) => data !== undefined && say(type, lastEventId));
source.addEventListener('error', ({ status }) => status !== undefined && say('refused', status));
source.addEventListener('closed', () => say('stopped'));
