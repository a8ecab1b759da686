import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { offer, prefersEvents, prefersHtml, takesEvents } from '#libs/negotiation';

const preferred = offer(['application/json', 'application/vnd.envelope+json', 'text/event-stream'], ';version=1');

describe('the media type of a response (RFC 9110, section 12.5.1)', () => {
  it.each([
    [undefined, 'application/json'],
    ['', 'application/json'],
    ['*/*', 'application/json'],
    ['application/*', 'application/json'],
    ['text/*', 'text/event-stream'],
    ['APPLICATION/JSON', 'application/json'],
    ['application/json, application/vnd.envelope+json;q=0', 'application/json'],
    ['application/json;q=0.5, application/vnd.envelope+json;q=0.6', 'application/vnd.envelope+json'],
    ['application/vnd.envelope+json;q=0.001, application/json;q=0', 'application/vnd.envelope+json'],
    ['application/json, application/vnd.envelope+json', 'application/json'],
    ['application/vnd.envelope+json, application/json', 'application/vnd.envelope+json'],
    ['*/*, application/vnd.envelope+json', 'application/vnd.envelope+json'],
    ['*/*, application/vnd.envelope+json;q=0.9', 'application/json'],
    ['*/*;q=0.1, application/json;q=0', 'application/vnd.envelope+json'],
    ['application/json;version=1', 'application/json'],
    ['application/json; Version="1"; charset=UTF-8', 'application/json'],
    ['application/json; indent=4', 'application/json'],
    ['application/json;odata.metadata=minimal; IEEE754Compatible=true', 'application/json'],
    ['application/json;profile="https://a.example/b;c=d, e/f \\" g"', 'application/json'],
    ['application/json; charset=iso-8859-1', 'application/json'],
    ['application/json;q=0.5;level=1, text/event-stream;q=0.6;v=2', 'text/event-stream'],
    ['application/json;indent=2;q=0, application/json', 'application/json'],
    ['application/vnd.envelope+json;version=1;q=0.9, application/json;q=0.8', 'application/vnd.envelope+json'],
    ['text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2', 'application/json'],
    ['text/plain;a=",application/json;", */*', 'application/json'],
  ])('of %j is %s', (accept, type) => {
    expect(preferred(accept)).toBe(type);
  });

  it.each([
    'text/html',
    'application/json;q=0',
    'application/json;q=0.000, text/html',
    '*/*;q=0',
    'application/json;version=2',
    'application/json;indent=4;version=2',
    'application/json;indent=4;q=0',
    'text/plain;a=",application/json"',
    'json',
    ',;"',
  ])('is undefined for %j', (accept) => {
    expect(preferred(accept)).toBeUndefined();
  });

  it('is determined for any header', () => {
    const some = fc.constantFrom(
      '*',
      '/',
      'application',
      'json',
      ';',
      'q',
      '=',
      '0',
      '.5',
      ',',
      ' ',
      '"',
      '\\',
      '__proto__',
    );
    fc.assert(
      fc.property(fc.array(some, { maxLength: 60 }), (parts) => {
        const type = preferred(parts.join(''));
        expect(preferred(parts.join(''))).toBe(type);
      }),
    );
  });
});

it.each([
  ['text/csv', 'text/csv'],
  ['text/csv; charset=utf-8; header=present', 'text/csv'],
  ['text/csv; header=absent', undefined],
  ['text/csv; delimiter=";"; header=present', 'text/csv'],
  ['application/json; version=2', 'application/json'],
  ['application/json; header=absent', 'application/json'],
])('CSV is accepted by the type that its answers have: %s is %s', (accept, type) => {
  expect(offer(['text/csv', 'application/json'])(accept)).toBe(type);
});

it.each([
  ['text/html,application/xhtml+xml,*/*;q=0.8', true],
  ['Text/HTML', true],
  ['text/html;q=0, */*', false],
  ['application/json, text/html;q=0.9', false],
  ['*/*', false],
  [undefined, false],
])('a client with Accept %j prefers HTML: %p', (accept, isPreferred) => {
  expect(prefersHtml(accept)).toBe(isPreferred);
});

describe('events', () => {
  it.each([
    ['text/event-stream', true, true],
    ['Text/Event-Stream', true, true],
    ['text/event-stream, */*', true, true],
    ['text/event-stream, application/json;q=0.9', true, true],
    ['application/json, text/event-stream;q=0.9', false, true],
    ['application/json, text/event-stream;q=0', false, false],
    ['*/*', false, false],
    ['application/json', false, false],
    [undefined, false, false],
  ])('for %j: preferred %p, taken %p', (accept, isPreferred, isTaken) => {
    expect([prefersEvents(accept), takesEvents(accept)]).toEqual([isPreferred, isTaken]);
  });
});
