import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { assistantDocument } from '#libs/contracts';
import { aContext } from '#libs/testing';
import { serviceForSpec } from '#test/support/services';
import { AssistantFake } from './assistant.fake.ts';
import type { Assistant, Piece } from './assistant.port.ts';
import { AssistantRest } from './assistant.rest.ts';

const CONVERSATION = [
  { role: 'system', content: 'Facts: {"orders":[]}' },
  { role: 'user', content: 'Where is my order?' },
] as const;

describe.each([
  [
    'over REST',
    async () => {
      const { address, clients, close } = await serviceForSpec('assistant');
      const client = clients.rest('assistant', [`http://${address}`], assistantDocument());
      return { assistant: new AssistantRest(client, 'demo') as Assistant, close };
    },
  ],
  [
    'the fake',
    async () => {
      const assistant: Assistant = new AssistantFake(['You ', 'have ', 'not ', 'ordered ', 'anything ', 'yet.']);
      return { assistant, close: async () => {} };
    },
  ],
])('the assistant, %s', (_, open) => {
  let assistant: Assistant;
  let close: () => Promise<void>;

  beforeAll(async () => ({ assistant, close } = await open()));
  afterAll(() => close());

  it('answers in pieces, with a finish reason and the tokens used', async () => {
    const pieces: Piece[] = [];
    for await (const piece of await assistant.answer(aContext(), CONVERSATION)) pieces.push(piece);
    const spoken = pieces.map(({ text }) => text).filter(Boolean);
    expect(spoken).toEqual(['You ', 'have ', 'not ', 'ordered ', 'anything ', 'yet.']);
    expect(pieces.map(({ finishReason }) => finishReason).filter(Boolean)).toEqual(['stop']);
    expect(pieces.at(-1)!.tokens).toBeGreaterThan(spoken.length);
  });

  it('sends no more pieces once it is closed', async () => {
    const answer = await assistant.answer(aContext(), CONVERSATION);
    const heard: string[] = [];
    for await (const { text } of answer) {
      if (text) heard.push(text);
      if (heard.length === 2) answer.close();
    }
    expect(heard).toEqual(['You ', 'have ']);
  });
});
