import type { Config } from '#gateway/config/config';
import { GraphqlTransportModule } from '#gateway/transports/graphql/graphql.module';
import { type DynamicModule, Module } from '@nestjs/common';
import { OperatorsPortalController } from './operators-portal.controller.ts';
import { PortalAssets } from './portal-assets.ts';
import { PortalController } from './portal.controller.ts';
import { Portal } from './portal.ts';

const CONTROLLERS = { on: [PortalController], admin: [OperatorsPortalController], off: [] };

/** The portal, at the place that PORTAL names. */
@Module({})
export class PortalModule {
  static of({ PORTAL }: Config): DynamicModule {
    return {
      module: PortalModule,
      imports: [GraphqlTransportModule],
      controllers: CONTROLLERS[PORTAL],
      providers: [Portal, PortalAssets],
    };
  }
}
