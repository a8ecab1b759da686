import { describe, expect, it } from '@jest/globals';
import { socketCredentialsIn } from './socket-credentials.ts';

describe('the credentials in the first message of a socket', () => {
  it('are those of headers, which may be nested; a member beside them has precedence', () => {
    const headers = { Authorization: 'Bearer a', DPoP: 'a', 'X-Client': 'web/1' };
    const nested = socketCredentialsIn({ headers });
    expect([nested.authorization, nested.proof, nested.members.get('x-client')]).toEqual([
      'Bearer a',
      'a',
      'web/1',
    ]);
    const both = socketCredentialsIn({ authorization: 'Bearer b', headers });
    expect([both.authorization, both.proof]).toEqual(['Bearer b', 'a']);
  });

  it.each([undefined, null, 'token', 7, [], ['token'], {}, { headers: [] }, { headers: null }])(
    'are none in %j',
    (params) => {
      const { authorization, proof, unread } = socketCredentialsIn(params);
      expect([authorization, proof, unread]).toEqual([undefined, undefined, undefined]);
    },
  );

  it.each([
    'token',
    'authToken',
    'access_token',
    'id-token',
    'X-Auth-Token',
    'x-api-key',
    'apiKey',
    'jwt',
    'Bearer',
  ])('are not read from %s, which is named', (name) => {
    for (const params of [{ [name]: 'x' }, { headers: { [name]: 'x' } }, { [name]: { token: 'x' } }])
      expect(socketCredentialsIn(params).unread).toBe(name);
    expect(socketCredentialsIn({}, { [name]: 'x' }).unread).toBe(name);
    for (const none of ['', ' ', null, undefined, 7, true, {}, { token: null }])
      expect(socketCredentialsIn({ [name]: none }).unread).toBeUndefined();
  });

  it.each(['tokens', 'csrfToken', 'deviceToken', 'keyboard', 'author', 'locale'])(
    'are not meant by %s',
    (name) => {
      expect(socketCredentialsIn({ [name]: 'x' }).unread).toBeUndefined();
    },
  );
});
