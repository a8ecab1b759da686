import { afterAll, beforeAll, jest } from '@jest/globals';
import { describeWith } from '#test/support/neighbours/describe-with';
import { caches } from './behaviours/caches.ts';
import { failures } from './behaviours/failures.ts';
import { generatedCode } from './behaviours/generated-code.ts';
import { questions } from './behaviours/questions.ts';
import { requests } from './behaviours/requests.ts';
import { ofNpm } from './programs.ts';
import { ShopOfClients } from './shop-of-clients.ts';

jest.setTimeout(120_000);

describeWith(ofNpm, 'GraphQL clients of other makes', () => {
  let all: ShopOfClients;

  beforeAll(async () => {
    all = await ShopOfClients.open();
  });
  afterAll(() => all?.close());

  for (const behaviour of [questions, caches, requests, failures, generatedCode]) behaviour(() => all);
});
