import { setLogger, status as Status } from '@grpc/grpc-js';
import { afterEach, describe, expect, it } from '@jest/globals';
import { type ResponseHeaders, statusOf } from './status.ts';

const OK = { ':status': 200, 'content-type': 'application/grpc' } as ResponseHeaders;

describe('the status of a response', () => {
  it.each(['0', '00'])('of %s is OK', (status) => {
    expect(statusOf(OK, { 'grpc-status': status })).toBeUndefined();
  });

  it('of OK within an HTTP failure is none', () => {
    const headers = { ':status': 503, 'grpc-status': '00' } as unknown as ResponseHeaders;
    expect(statusOf(headers)).toMatchObject({ code: Status.UNAVAILABLE, httpStatus: 503 });
  });

  it.each([
    ['percent-encoded', 'Gr%C3%B6%C3%9Fe'],
    ['bare UTF-8, as HTTP/2 of Node reads it', Buffer.from('Größe').toString('latin1')],
    ['both', `Gr%C3%B6${Buffer.from('ß').toString('latin1')}e`],
  ])('has its message in Unicode: %s', (_, message) => {
    const failure = statusOf(OK, { 'grpc-status': '3', 'grpc-message': message });
    expect(failure).toMatchObject({ code: Status.INVALID_ARGUMENT, details: 'Größe' });
  });

  it.each(['Gr\u00f6\u00dfe', '100%', '%FF'])('has an invalid message unchanged: %s', (message) => {
    expect(statusOf(OK, { 'grpc-status': '3', 'grpc-message': message })).toMatchObject({ details: message });
  });
});

describe('the headers of a failure', () => {
  const printed: unknown[] = [];
  setLogger({ error: (...words: unknown[]) => void printed.push(words) });
  afterEach(() => void printed.splice(0));

  it('that metadata cannot have are left out, and not printed', () => {
    const failure = statusOf(OK, {
      'grpc-status': '3',
      'grpc-message': 'hünter2',
      'x!name': 'hunter2',
      'x-list': ['a', 'hünter2'],
      'x-bin': 'aHVudGVyMg',
      'x-kept': 'yes',
    });
    expect(failure!.metadata.getMap()).toEqual({
      'grpc-status': '3',
      'x-bin': Buffer.from('hunter2'),
      'x-kept': 'yes',
    });
    expect(printed).toEqual([]);
  });
});
