import { describe, expect, it } from '@jest/globals';
import { anyReady } from './readiness.ts';

const yes = () => Promise.resolve(true);
const no = () => Promise.resolve(false);
const gone = (why = 'gone') => Promise.reject(new Error(why));

describe('an upstream of several addresses', () => {
  it('is ready where any of them is, even where others cannot be reached', async () => {
    expect(await anyReady([no(), gone(), yes()])).toBe(true);
  });

  it('is not where those that can be reached are not', async () => {
    expect(await anyReady([gone(), no()])).toBe(false);
  });

  it('is not known of where none can be reached', async () => {
    await expect(anyReady([gone('first'), gone('second')])).rejects.toThrow('first');
  });
});
