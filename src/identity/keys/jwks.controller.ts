import { Public } from '#gateway/declare/access';
import { Controller, Get, Header, VERSION_NEUTRAL } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { KeySet } from './key-set.ts';

@ApiTags('auth')
@Controller({ path: '.well-known', version: VERSION_NEUTRAL })
export class JwksController {
  constructor(private readonly keys: KeySet) {}

  @Public({ ignoresToken: true })
  @Get('jwks.json')
  // A next key is shown for longer than this before it signs.
  @Header('cache-control', 'public, max-age=300')
  @ApiOperation({ operationId: 'getKeySet', summary: 'The public keys of access tokens (RFC 7517)' })
  keySet() {
    return this.keys.shown();
  }
}
