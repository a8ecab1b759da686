import { Config } from '#gateway/config/config';
import { Redis } from '#libs/redis';
import { Module } from '@nestjs/common';
import { JwtModule } from '@nestjs/jwt';
import { ApiKeyStoreMemory } from './api-keys/api-key-store.memory.ts';
import { ApiKeyStoreRedis } from './api-keys/api-key-store.redis.ts';
import { ApiKeyStore } from './api-keys/api-key-store.ts';
import { ApiKeysController } from './api-keys/api-keys.controller.ts';
import { ApiKeys } from './api-keys/api-keys.ts';
import { Attempts } from './attempts/attempts.ts';
import { KnownDevices } from './attempts/known-devices.ts';
import { BrowserSessions } from './browser/browser-sessions.ts';
import { Renewals } from './browser/renewals.ts';
import { SessionWatch } from './browser/session-watch.ts';
import { ClientCertificates } from './certificates/client-certificates.ts';
import { Dpop } from './dpop/dpop.ts';
import { ProofNonces } from './dpop/nonces.ts';
import { ProofReplays } from './dpop/replays.ts';
import { OutsideIssuers } from './issuers/outside-issuers.ts';
import { JwksController } from './keys/jwks.controller.ts';
import { KeySet } from './keys/key-set.ts';
import { NoteRotation } from './keys/note-rotation.ts';
import { OperatorSessions } from './operators/operator-sessions.ts';
import { PersonalData } from './personal-data.ts';
import { BackchannelLogout } from './provider/backchannel-logout.ts';
import { PendingLogins } from './provider/pending-logins.ts';
import { ProviderClient } from './provider/provider-client.ts';
import { ProviderLogout } from './provider/provider-logout.ts';
import { ProviderRenewal } from './provider/provider-renewal.ts';
import { ProviderRights } from './provider/provider-rights.ts';
import { ProviderController } from './provider/provider.controller.ts';
import { Provider } from './provider/provider.ts';
import { LoginReports } from './provider/login-reports.ts';
import { UsedTokens } from './provider/used-tokens.ts';
import { SessionEnds } from './sessions/session-ends.ts';
import { SessionStoreMemory } from './sessions/session-store.memory.ts';
import { SessionStoreRedis } from './sessions/session-store.redis.ts';
import { SessionStore } from './sessions/session-store.ts';
import { Sessions } from './sessions/sessions.ts';
import { AccessTokens } from './tokens/access-tokens.ts';
import { BearerTokens } from './tokens/bearer-tokens.ts';
import { PresentedTokens } from './tokens/presented-tokens.ts';

const storeOf = (redis: Redis | null): SessionStore =>
  redis ? new SessionStoreRedis(redis) : new SessionStoreMemory();

const apiKeyStoreOf = (redis: Redis | null): ApiKeyStore =>
  redis ? new ApiKeyStoreRedis(redis) : new ApiKeyStoreMemory();

/** Authenticates callers: tokens, sessions, keys, providers, and their audit log. */
@Module({
  imports: [JwtModule.register({})],
  controllers: [ApiKeysController, JwksController, ProviderController],
  providers: [
    // Tokens, and the keys they are signed with:
    { provide: KeySet, useFactory: (config: Config) => KeySet.from(config), inject: [Config] },
    AccessTokens,
    OutsideIssuers,
    BearerTokens,
    ProofNonces,
    ProofReplays,
    Dpop,
    PresentedTokens,
    // Logins:
    { provide: SessionStore, useFactory: storeOf, inject: [Redis] },
    SessionEnds,
    Sessions,
    Attempts,
    KnownDevices,
    // What an account leaves:
    PersonalData,
    // Partners:
    { provide: ApiKeyStore, useFactory: apiKeyStoreOf, inject: [Redis] },
    ApiKeys,
    ClientCertificates,
    // Browsers:
    Renewals,
    BrowserSessions,
    SessionWatch,
    // Their provider:
    ProviderClient,
    ProviderRights,
    LoginReports,
    PendingLogins,
    Provider,
    ProviderRenewal,
    ProviderLogout,
    UsedTokens,
    BackchannelLogout,
    // Operators in browsers:
    OperatorSessions,
    // A new signing key, noted in the audit log:
    NoteRotation,
  ],
  exports: [
    AccessTokens,
    ApiKeys,
    Attempts,
    BrowserSessions,
    ClientCertificates,
    Dpop,
    KeySet,
    KnownDevices,
    OperatorSessions,
    OutsideIssuers,
    PersonalData,
    PresentedTokens,
    ProviderClient,
    ProviderLogout,
    ProviderRights,
    LoginReports,
    SessionEnds,
    Sessions,
    SessionWatch,
  ],
})
export class IdentityModule {}
