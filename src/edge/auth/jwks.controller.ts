import { Controller, Get, VERSION_NEUTRAL } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Public } from './access.ts';
import { SigningKey } from './signing-key.ts';

@ApiTags('auth')
@Controller({ path: '.well-known', version: VERSION_NEUTRAL })
export class JwksController {
  constructor(private readonly key: SigningKey) {}

  @Public({ ignoresToken: true })
  @Get('jwks.json')
  @ApiOperation({ operationId: 'getKeySet', summary: 'The public keys of access tokens (RFC 7517)' })
  keySet() {
    return this.key.keySet();
  }
}
