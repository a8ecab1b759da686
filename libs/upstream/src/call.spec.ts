import { describe, expect, it } from '@jest/globals';
import { Attempt, pipe, type Policy, type Try } from '#libs/upstream';
import { anInfo, aRequest } from './policies/upstream.fixture.ts';

const context = new Attempt(aRequest(), 1);
const info = anInfo();

describe('a call in policies', () => {
  it('goes through them from the first to the last, and back', async () => {
    const seen: string[] = [];
    const named = (name: string): Policy => {
      return (call) => async (given, question) => {
        seen.push(`${name} in`);
        const answer = await call(given, question);
        seen.push(`${name} out`);
        return answer;
      };
    };
    const call: Try<string, string> = async (_, question) => (seen.push('call'), `answer to ${question}`);
    const piped = pipe(call, info, [named('outer'), named('inner')]);
    expect(await piped(context, 'why')).toBe('answer to why');
    expect(seen).toEqual(['outer in', 'inner in', 'call', 'inner out', 'outer out']);
  });

  it('is wrapped once, at start, by policies that are told what they wrap', async () => {
    const wrapped: object[] = [];
    const policy: Policy = (call, about) => (wrapped.push(about), call);
    const piped = pipe(async () => 'answer', info, [policy, policy]);
    await piped(context, undefined);
    await piped(context, undefined);
    expect(wrapped).toEqual([info, info]);
  });

  it('is the call itself where there are none', () => {
    const call = async () => 'answer';
    expect(pipe(call, info, [])).toBe(call);
  });
});
