/**
 * It adds codes to the catalogue, which must not be visible to other suites.
 * @jest-environment node
 */
import { describe, expect, it } from '@jest/globals';
import { catalogue, defineRefusalSources, type ErrorCode, GatewayError, refusalSources } from '#libs/errors';
import { defineErrors, problemMembers } from './define-errors.ts';

const entry = { status: 409, title: 'Shelf full', when: 'The shelf is full.' };
const shelf = { type: 'string' };
const known = Object.keys(catalogue);

describe('errors that a feature defines', () => {
  it('follow the general code of their status, in the order of definition', () => {
    defineErrors({ SHELF_FULL: entry }, { shelf });
    defineErrors({ SHELF_GONE: { ...entry, title: 'Shelf gone', when: 'The shelf is gone.' } });
    const conflict = known.indexOf('CONFLICT') + 1;
    expect(Object.keys(catalogue)).toEqual(known.toSpliced(conflict, 0, 'SHELF_FULL', 'SHELF_GONE'));
  });

  it('have the status and title of their code, and their extension members', () => {
    const error = new GatewayError('SHELF_FULL' as ErrorCode, { members: { shelf: 'A1' } as object });
    expect(error).toMatchObject({ status: 409, title: 'Shelf full', members: { shelf: 'A1' } });
    expect(problemMembers()).toEqual({ shelf });
  });

  it.each([
    ['a code that is there already', { CONFLICT: entry }, {}, 'The error code CONFLICT is already defined'],
    [
      'a status that no general code has',
      { TEAPOT: { ...entry, status: 418 } },
      {},
      'TEAPOT: no general error code',
    ],
    ['a standard member of problems', {}, { status: shelf }, 'The problem member status is already defined'],
    ['a member of another feature', {}, { shelf }, 'The problem member shelf is already defined'],
  ])('are rejected with %s, and nothing is added', (_, codes, members, message) => {
    const before = [Object.keys(catalogue), Object.keys(problemMembers())];
    expect(() => defineErrors(codes, members)).toThrow(message);
    expect([Object.keys(catalogue), Object.keys(problemMembers())]).toEqual(before);
  });
});

describe('refusal sources that a feature defines', () => {
  const source = { code: 'OVERLOADED', when: 'The shelf is locked.', setting: 'none' } as const;

  it('are added to the list, each once', () => {
    defineRefusalSources({ shelf: source });
    expect(Object.entries(refusalSources).at(-1)).toEqual(['shelf', source]);
    expect(() => defineRefusalSources({ shelf: source })).toThrow('The refusal source shelf is already defined');
    expect(() => defineRefusalSources({ jobs: source })).toThrow('The refusal source jobs is already defined');
  });
});
