import { Config } from '#gateway/config/config';
import { BrowserSessions } from '#gateway/identity/browser/browser-sessions';
import { oauthResponse } from '#gateway/identity/issuers/oauth-response';
import { Injectable } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { failureReason } from '#gateway/identity/issuers/failure-reason';
import { type Connection, ProviderClient } from './provider-client.ts';
import { RENEWER } from './provider-renewal.ts';
import { type ProviderTokens, tokensIn } from './sealed-tokens.ts';

/** Logs a session out at the provider. */
@Injectable()
export class ProviderLogout {
  constructor(
    private readonly config: Config,
    private readonly client: ProviderClient,
    private readonly sessions: BrowserSessions,
    private readonly logger: PinoLogger,
  ) {}

  /**
   * Revokes the session's refresh token (RFC 7009). Call it before the session ends, whose cookie decrypts the token.
   * @param sessionId of the caller: a cookie of another session is ignored
   * @returns the URL that ends the session at the provider (RP-Initiated Logout 1.0); undefined if it has none
   */
  async run(sessionId: string, cookie: string): Promise<string | undefined> {
    const { OIDC_ISSUER } = this.config;
    if (OIDC_ISSUER === undefined) return undefined;
    try {
      const found = await this.sessions.secretOf(cookie);
      if (found?.sessionId !== sessionId || found.session.renewedBy !== RENEWER) return undefined;
      // Its tokens are for no other provider.
      if (found.session.provider !== OIDC_ISSUER) return undefined;
      const connection = await this.client.connect();
      const tokens = tokensIn(found.secret);
      await this.revoke(connection, tokens);
      return this.endSessionUrl(connection, tokens);
    } catch (error) {
      // The local logout succeeds, whatever the provider does.
      this.logger.warn({ reason: failureReason(error) }, 'a logout could not be reported to the provider');
      return undefined;
    }
  }

  private async revoke({ oauth, server, client, auth, options }: Connection, { refreshToken }: ProviderTokens) {
    const isRequested = this.config.OIDC_REVOCATION === 'on' && Boolean(server.revocation_endpoint);
    if (!isRequested || refreshToken === undefined) return;
    try {
      const params = { token_type_hint: 'refresh_token' };
      const response = await oauth.revocationRequest(server, client, auth, refreshToken, {
        ...options(),
        additionalParameters: params,
      });
      await oauth.processRevocationResponse(await oauthResponse(response));
    } catch (error) {
      this.logger.warn({ reason: failureReason(error) }, 'a refresh token could not be revoked');
    }
  }

  private endSessionUrl({ server, client }: Connection, { idToken }: ProviderTokens): string | undefined {
    const { OIDC_END_SESSION, OIDC_POST_LOGOUT_URL } = this.config;
    if (OIDC_END_SESSION === 'off' || !server.end_session_endpoint) return undefined;
    const url = new URL(server.end_session_endpoint);
    url.searchParams.set('client_id', client.client_id);
    if (idToken !== undefined) url.searchParams.set('id_token_hint', idToken);
    if (OIDC_POST_LOGOUT_URL !== undefined) url.searchParams.set('post_logout_redirect_uri', OIDC_POST_LOGOUT_URL);
    return url.href;
  }
}
