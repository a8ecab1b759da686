import { describe, expect, it } from '@jest/globals';
import * as oauth from 'oauth4webapi';
import { clientAuthentication } from './client-authentication.ts';

const server = { issuer: 'https://login.example' };

/** What a token request carries, decoded. */
async function sent(id: string, secret: string, method?: 'client_secret_post') {
  const authenticate = await clientAuthentication(oauth, { secret, method });
  const [body, headers] = [new URLSearchParams(), new Headers()];
  await authenticate(server, { client_id: id }, body, headers);
  const basic = headers.get('authorization')?.replace('Basic ', '');
  return { basic: basic && Buffer.from(basic, 'base64').toString(), body: body.toString() };
}

describe('the secret of a client in HTTP Basic', () => {
  it('is sent as it is where a form sends it so, for servers that decode nothing', async () => {
    const secret = 'k7Zt-9_Qw.a2*Xv';
    expect(await sent('at-ri_um.1', secret)).toEqual({ basic: `at-ri_um.1:${secret}`, body: '' });
  });

  it('is encoded as a form encodes it (RFC 6749, appendix B)', async () => {
    const [id, secret] = ['https://api.example/', 'a b&c:d=+%é~'];
    const { basic } = await sent(id, secret);
    expect(basic).toBe('https%3A%2F%2Fapi.example%2F:a+b%26c%3Ad%3D%2B%25%C3%A9%7E');
    const [name, value] = [...new URLSearchParams(basic!.replace(':', '='))][0]!;
    expect([name, value]).toEqual([id, secret]);
  });
});

it('a secret that is posted is not in a header', async () => {
  expect(await sent('atrium', 'a b', 'client_secret_post')).toEqual({
    basic: undefined,
    body: 'client_id=atrium&client_secret=a+b',
  });
});
