import { expect, it } from '@jest/globals';
import { FairTurns } from './fair-turns.ts';

it('gives each turn of the event loop to one of those that wait, in their order', async () => {
  const turns = new FairTurns();
  const seen: string[] = [];
  const work = async (name: string) => {
    for (let step = 1; step <= 3; step += 1) {
      await turns.take();
      seen.push(`${name}${step}`);
    }
  };
  let loops = 0;
  const count = () => {
    loops += 1;
    if (seen.length < 9) setImmediate(count);
  };
  setImmediate(count);
  await Promise.all(['a', 'b', 'c'].map(work));
  expect(seen.join(' ')).toBe('a1 b1 c1 a2 b2 c2 a3 b3 c3');
  expect(loops).toBeGreaterThanOrEqual(9);
});
