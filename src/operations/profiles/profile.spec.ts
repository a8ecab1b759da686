import { describe, expect, it } from '@jest/globals';
import { hottestOf, type Profile, treeOf } from './profile.ts';
import { inBase64, profileJson } from './profile-json.ts';

const frame = (functionName: string, url = `file://${process.cwd()}/src/a.ts`, lineNumber = 4) => {
  return { functionName, url, lineNumber, scriptId: '1', columnNumber: 0 };
};

/** `main` calls `read` twice as long as `write`, and the rest of the time is idle. */
const times: Profile = {
  nodes: [
    { id: 1, callFrame: frame('(root)', ''), children: [2, 5] },
    { id: 2, callFrame: frame('main'), children: [3, 4] },
    { id: 3, callFrame: frame('write') },
    { id: 4, callFrame: frame('read') },
    { id: 5, callFrame: frame('(idle)', '') },
  ],
  startTime: 0,
  endTime: 100_000,
  samples: [2, 3, 4, 4, 5],
  timeDeltas: [1_000, 2_000, 2_000, 2_000, 93_000],
};

async function textOf(parts: AsyncIterable<string>): Promise<string> {
  let text = '';
  for await (const part of parts) text += part;
  return text;
}

describe('the call tree of a CPU profile', () => {
  it('has the time of each function with what it called, the longest first, and no idle time', () => {
    const root = treeOf(times);
    expect(root.total).toBe(7_000);
    const [main] = root.children;
    expect(main).toMatchObject({ name: 'main', place: 'src/a.ts:5', own: 1_000, total: 7_000 });
    expect(main!.children.map(({ name, total }) => [name, total])).toEqual([
      ['read', 4_000],
      ['write', 2_000],
    ]);
  });

  it('adds up what a function cost wherever it was called', () => {
    expect(hottestOf(treeOf(times), 2).map(({ name, own }) => [name, own])).toEqual([
      ['read', 4_000],
      ['write', 2_000],
    ]);
  });
});

describe('the call tree of an allocation profile', () => {
  it('counts allocated bytes for each function', () => {
    const child = { callFrame: frame('parse'), selfSize: 32, id: 2, children: [] };
    const head = { callFrame: frame('(root)', ''), selfSize: 0, id: 1, children: [child] };
    expect(treeOf({ head, samples: [] })).toMatchObject({ total: 32, children: [{ name: 'parse', own: 32 }] });
  });
});

describe('the JSON text of a profile', () => {
  it('is the same in parts as in one', async () => {
    const samples = Array.from({ length: 5_001 }, (_, index) => index);
    const profile = { ...times, samples };
    expect(JSON.parse(await textOf(profileJson(profile)))).toEqual(profile);
    const base64 = await textOf(inBase64(profileJson(profile)));
    expect(JSON.parse(Buffer.from(base64, 'base64').toString())).toEqual(profile);
  });
});
