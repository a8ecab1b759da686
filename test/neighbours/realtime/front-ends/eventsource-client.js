// eventsource-client: an iterator of events.
import { createEventSource } from 'eventsource-client';
import { say, TOKEN, TYPES, URL } from './say.js';

createEventSource({
  url: URL,
  headers: { authorization: `Bearer ${TOKEN}` },
  // It hands over answers of any status.
  fetch: async (to, init) => {
    const answer = await fetch(to, init);
    if (answer.status !== 200) say('refused', answer.status);
    return answer;
  },
  onMessage: ({ event, id }) => TYPES.includes(event) && say(event, id),
});
// It says nothing when it stops, and then nothing keeps the process.
process.once('beforeExit', () => say('stopped'));
