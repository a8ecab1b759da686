import { expect, it } from '@jest/globals';
import { freePort } from './port-in-use.ts';

it('returns no port twice, though no process listens yet', async () => {
  const ports = new Set<number>();
  for (let i = 0; i < 600; i += 1) ports.add(await freePort());
  expect(ports.size).toBe(600);
});
