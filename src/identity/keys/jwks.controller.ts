import { Public } from '#gateway/declare/access';
import { Tag } from '#gateway/declare/tag';
import { Controller, Get, Header, VERSION_NEUTRAL } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { KeySet } from './key-set.ts';

@Tag('auth', 'Logging in and out, in apps.')
@Controller({ path: '.well-known', version: VERSION_NEUTRAL })
export class JwksController {
  constructor(private readonly keys: KeySet) {}

  @Public({ ignoresToken: true })
  @Get('jwks.json')
  // Shorter than the time for which a next key is published before it signs.
  @Header('cache-control', 'public, max-age=300')
  @ApiOperation({ operationId: 'getKeySet', summary: 'The public keys of access tokens (RFC 7517)' })
  keySet() {
    return this.keys.publicJwks();
  }
}
