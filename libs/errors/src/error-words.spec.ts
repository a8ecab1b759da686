import { describe, expect, it } from '@jest/globals';
import { fromHttp } from '#libs/errors';

const wordsOf = (body: unknown) => (fromHttp(500, body).cause as Error).message;

describe('the words of an upstream for the log', () => {
  it.each<[string, unknown, string]>([
    ['problem details (RFC 9457)', { title: 'Failed', detail: 'the table is locked' }, 'the table is locked'],
    ['problem details without a detail', { type: 'about:blank', title: 'Failed' }, 'Failed'],
    ['NestJS', { statusCode: 500, message: 'no connection', error: 'Internal Server Error' }, 'no connection'],
    ['NestJS, of a validation', { message: ['a must be set', 'b is no number'] }, 'a must be set; b is no number'],
    [
      'Spring Boot',
      { status: 500, error: 'Internal Server Error', message: '', path: '/x' },
      'Internal Server Error',
    ],
    [
      'Google APIs',
      { error: { code: 500, message: 'quota service down', status: 'INTERNAL' } },
      'quota service down',
    ],
    ['OAuth 2.0 (RFC 6749)', { error: 'server_error', error_description: 'try later' }, 'try later'],
    ['FastAPI', { detail: [{ loc: ['query', 'ids'], msg: 'Field required', type: 'missing' }] }, 'Field required'],
    ['JSON:API', { errors: [{ status: '500', detail: 'no disk' }, { title: 'no memory' }] }, 'no disk; no memory'],
  ])('are found in errors of %s', (_, body, words) => {
    expect(wordsOf(body)).toBe(`HTTP 500: ${words}`);
  });

  it.each([[undefined], [null], ['text'], [7], [{}], [{ detail: 7 }], [{ errors: {} }], [{ message: [] }]])(
    'are none in %j',
    (body) => {
      expect(wordsOf(body)).toBe('HTTP 500');
    },
  );

  it('are cut, however long and deep they are', () => {
    let deep: unknown = 'x';
    for (let i = 0; i < 10_000; i += 1) deep = { error: deep };
    expect(wordsOf(deep)).toBe('HTTP 500');
    expect(wordsOf({ message: Array(1_000).fill('word') }).length).toBeLessThanOrEqual(510);
    expect(wordsOf({ message: 'x'.repeat(10_000) })).toHaveLength('HTTP 500: '.length + 500);
  });
});
