import { Public } from '#gateway/declare/access';
import { Tag } from '#gateway/declare/tag';
import { Controller, Get, Header, VERSION_NEUTRAL } from '@nestjs/common';
import { ApiOperation, ApiResponse } from '@nestjs/swagger';
import { KeySet } from './key-set.ts';

/** A JWK Set (RFC 7517, 5); members beside these are for other algorithms. */
const KEY_SET = {
  type: 'object',
  required: ['keys'],
  properties: {
    keys: {
      type: 'array',
      maxItems: 100,
      items: {
        type: 'object',
        required: ['kty', 'kid', 'alg', 'use'],
        properties: Object.fromEntries(
          ['kty', 'kid', 'alg', 'use', 'n', 'e', 'crv', 'x', 'y'].map((name) => [
            name,
            { type: 'string', maxLength: 2_048 },
          ]),
        ),
      },
    },
  },
};

@Tag('auth', 'Logging in and out, in apps.')
@Controller({ path: '.well-known', version: VERSION_NEUTRAL })
export class JwksController {
  constructor(private readonly keys: KeySet) {}

  @Public({ ignoresToken: true })
  @Get('jwks.json')
  // Shorter than the time for which a next key is published before it signs.
  @Header('cache-control', 'public, max-age=300')
  @ApiOperation({ operationId: 'getKeySet', summary: 'The public keys of access tokens (RFC 7517)' })
  @ApiResponse({ status: 200, description: 'OK.', content: { 'application/json': { schema: KEY_SET } } })
  keySet() {
    return this.keys.publicJwks();
  }
}
