/**
 * It adds codes to the catalogue, which no other suite may see.
 * @jest-environment node
 */
import { describe, expect, it } from '@jest/globals';
import { catalogue, type ErrorCode, GatewayError } from '#libs/errors';
import { defineErrors, problemMembers } from './define-errors.ts';

const entry = { status: 409, title: 'Shelf full', when: 'The shelf is full.' };
const shelf = { type: 'string' };
const known = Object.keys(catalogue);

describe('errors that a feature defines', () => {
  it('stand behind the general code of their status, in the order they were defined', () => {
    defineErrors({ SHELF_FULL: entry }, { shelf });
    defineErrors({ SHELF_GONE: { ...entry, title: 'Shelf gone', when: 'The shelf is gone.' } });
    const conflict = known.indexOf('CONFLICT') + 1;
    expect(Object.keys(catalogue)).toEqual(known.toSpliced(conflict, 0, 'SHELF_FULL', 'SHELF_GONE'));
  });

  it('have the status and the title of their code, and their own members', () => {
    const error = new GatewayError('SHELF_FULL' as ErrorCode, { members: { shelf: 'A1' } as object });
    expect(error).toMatchObject({ status: 409, title: 'Shelf full', members: { shelf: 'A1' } });
    expect(problemMembers()).toEqual({ shelf });
  });

  it.each([
    ['a code that is there already', { CONFLICT: entry }, {}, 'There is an error CONFLICT already'],
    ['a status that no general code has', { TEAPOT: { ...entry, status: 418 } }, {}, 'TEAPOT: no general code'],
    ['a standard member of problems', {}, { status: shelf }, 'Problems have a member status already'],
    ['a member of another feature', {}, { shelf }, 'Problems have a member shelf already'],
  ])('are refused with %s, and nothing is added', (_, codes, members, message) => {
    const before = [Object.keys(catalogue), Object.keys(problemMembers())];
    expect(() => defineErrors(codes, members)).toThrow(message);
    expect([Object.keys(catalogue), Object.keys(problemMembers())]).toEqual(before);
  });
});
