import type { Server } from 'node:http';
import type { Config } from '#gateway/config/config';
import { Limiter } from '#gateway/edge/limits/limiter';
import { ConnectionLimit } from '#gateway/edge/connections/connection-limit';
import { applyToListener } from '#gateway/edge/listener/listener';
import { Shedding } from '#gateway/edge/shedding/shedding';
import { OpenStreams } from '#gateway/edge/streams/open-streams';
import { ClientCertificates } from '#gateway/identity/certificates/client-certificates';
import { OutsideIssuers } from '#gateway/identity/issuers/outside-issuers';
import { KeySet } from '#gateway/identity/keys/key-set';
import { ProviderClient } from '#gateway/identity/provider/provider-client';
import { ProviderRights } from '#gateway/identity/provider/provider-rights';
import { InternalTokenSigner } from '#libs/internal-token';
import type { SettingProblem } from '#libs/process';
import { UpstreamClients } from '#libs/upstream';
import { LogLevels } from '#gateway/operations/logs/log-levels';
import { type Abstract, Injectable } from '@nestjs/common';
import { HttpAdapterHost, ModuleRef } from '@nestjs/core';

/** A provider that uses settings which may change while the gateway runs. */
interface Reloadable {
  /** Uses changed settings from now on; requests and streams under way go on. */
  apply(config: Config): void;
}

/** The providers that read changed settings themselves. */
const RELOADABLE: readonly Abstract<Reloadable>[] = [
  Limiter,
  Shedding,
  OpenStreams,
  ConnectionLimit,
  OutsideIssuers,
  ProviderClient,
  ProviderRights,
  LogLevels,
  KeySet,
  ClientCertificates,
];

/** What uses settings that may change while the gateway runs. */
@Injectable()
export class ReloadTargets {
  constructor(
    private readonly clients: UpstreamClients,
    private readonly internalTokens: InternalTokenSigner,
    private readonly host: HttpAdapterHost,
    private readonly providers: ModuleRef,
  ) {}

  /** Why a configuration that is valid by itself cannot be applied without a restart; empty if it can. */
  problems({ UPSTREAMS_FILE }: Config): SettingProblem[] {
    return this.clients
      .refusals(UPSTREAMS_FILE)
      .map(({ path, why }) => ({ setting: `UPSTREAMS_FILE.${path}`, message: why }));
  }

  /** Applies a configuration at once, in one turn of the event loop. Requests and streams under way go on. */
  apply(config: Config): void {
    this.clients.apply(config.UPSTREAMS_FILE);
    this.internalTokens.use(config.INTERNAL_TOKEN_KEY);
    applyToListener(this.host.httpAdapter.getHttpServer() as Server, config);
    for (const target of RELOADABLE) this.providers.get<Reloadable>(target, { strict: false }).apply(config);
  }
}
