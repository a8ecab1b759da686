import { ViewField, View } from '#libs/view';
import { Int } from '@nestjs/graphql';

/** The token response of a login (RFC 6749, section 5.1). */
@View('Tokens')
export class TokensView {
  @ViewField(() => String)
  accessToken!: string;

  @ViewField(() => String, {
    description: '`Bearer` (RFC 6750), or `DPoP` where they are bound to a key (RFC 9449).',
  })
  tokenType!: string;

  @ViewField(() => Int, { description: 'How long the access token lives, in seconds.' })
  expiresIn!: number;

  @ViewField(() => String, { description: 'Can be exchanged once for the next pair.' })
  refreshToken!: string;
}
