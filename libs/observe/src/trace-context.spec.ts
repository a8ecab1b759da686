import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readTraceContext, traceIdOf } from '#libs/observe';

const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';
const PARENT_ID = '00f067aa0ba902b7';
const PLAIN = `00-${TRACE_ID}-${PARENT_ID}-01`;
const stateOf = (tracestate: string | string[]) => readTraceContext(PLAIN, tracestate)?.tracestate;
const members = (count: number, length = 0) =>
  Array.from({ length: count }, (_, i) => `k${i}=`.padEnd(Math.max(length, 5), 'v'));

describe('a traceparent (W3C Trace Context)', () => {
  it('is read, and has a trace id', () => {
    const trace = readTraceContext(PLAIN)!;
    expect(trace).toEqual({ traceparent: PLAIN });
    expect(traceIdOf(trace)).toBe(TRACE_ID);
  });

  it.each([
    `01-${TRACE_ID}-${PARENT_ID}-01`,
    `01-${TRACE_ID}-${PARENT_ID}-01-more`,
    `cc-${TRACE_ID}-${PARENT_ID}-01-`,
    `fe-${TRACE_ID}-${PARENT_ID}-01-a-b`,
  ])('of a later version is read as version 00: %s', (given) => {
    expect(readTraceContext(given)?.traceparent).toBe(PLAIN);
  });

  it.each([
    ['00', '00'],
    ['02', '02'],
    ['03', '03'],
    ['ff', '03'],
    ['04', '00'],
  ])('has the flags that are defined: of %s, %s', (given, passedOn) => {
    expect(readTraceContext(`00-${TRACE_ID}-${PARENT_ID}-${given}`)?.traceparent.slice(-2)).toBe(passedOn);
  });

  it.each([
    undefined,
    '',
    'nonsense',
    `ff-${TRACE_ID}-${PARENT_ID}-01`,
    `00-${'0'.repeat(32)}-${PARENT_ID}-01`,
    `00-${TRACE_ID}-${'0'.repeat(16)}-01`,
    `01-${'0'.repeat(32)}-${PARENT_ID}-01-more`,
    `00-${TRACE_ID.toUpperCase()}-${PARENT_ID}-01`,
    `00-${TRACE_ID}-${PARENT_ID.toUpperCase()}-01`,
    `0A-${TRACE_ID}-${PARENT_ID}-01`,
    `${PLAIN}-more`,
    `${PLAIN}-`,
    `${PLAIN}x`,
    `01-${TRACE_ID}-${PARENT_ID}-01more`,
    `01-${TRACE_ID}-${PARENT_ID}-01.more`,
    `${PLAIN.slice(0, -3)}`,
    `${PLAIN}, ${PLAIN}`,
  ])('is ignored, and what came beside it: %s', (given) => {
    expect(readTraceContext(given, 'congo=t61rcWkgMzE')).toBeUndefined();
  });
});

describe('a tracestate', () => {
  it.each(['congo=t61rcWkgMzE', 'rojo=00f067aa0ba902b7,congo=t61rcWkgMzE', 'fw529a3039@dt=FfAa', 'a=with space'])(
    'is passed on as it is: %s',
    (given) => {
      expect(stateOf(given)).toBe(given);
    },
  );

  it('of several lines is one list', () => {
    expect(stateOf(['a=1', ' b=2 ', 'c=3'])).toBe('a=1,b=2,c=3');
    expect(stateOf('a=1, b=2,\tc=3')).toBe('a=1,b=2,c=3');
  });

  it.each([
    ['', undefined],
    [' , ,', undefined],
    ['a=1,,b=2,', 'a=1,b=2'],
    ['Congo=1,b=2', 'b=2'],
    ['a =1,b=2', 'b=2'],
    ['a=1=2,b=2', 'b=2'],
    ['a=,b=2', 'b=2'],
    ['a,b=2', 'b=2'],
    ['a=ä,b=2', 'b=2'],
    ['a@b@c=1,b=2', 'b=2'],
    [`${'a'.repeat(257)}=1,b=2`, 'b=2'],
    [`a=${'v'.repeat(257)},b=2`, 'b=2'],
    ['a=1,b=2,a=3', 'a=1,b=2'],
  ])('loses what is malformed or there twice: %j', (given, passedOn) => {
    expect(stateOf(given)).toBe(passedOn);
  });

  it('may have 32 members; one of more is dropped', () => {
    expect(stateOf(members(32).join(','))).toBe(members(32).join(','));
    expect(stateOf(members(33).join(','))).toBeUndefined();
  });

  it('may have 512 characters: long members go first, then the oldest', () => {
    const whole = members(8, 64).join(',').slice(0, 512);
    expect(stateOf(whole)).toBe(whole);
    expect(stateOf(members(9, 64).join(','))).toBe(members(7, 64).join(','));
    const [long, rest] = [`long=${'v'.repeat(200)}`, members(6, 64)];
    expect(stateOf([long, ...rest])).toBe(rest.join(','));
  });

  it('is a list of at most 512 characters, whatever came', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 2_000 }), (given) => {
        const state = stateOf(given);
        expect(state?.length ?? 0).toBeLessThanOrEqual(512);
        expect(stateOf(state ?? '')).toBe(state);
      }),
    );
  });
});
