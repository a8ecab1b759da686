import { Config } from '#gateway/config/config';
import { ApiInfo } from '#gateway/declare/api-info';
import type { INestApplication } from '@nestjs/common';
import { Portal, type PortalApi } from './portal.ts';

/** Lets the portal, if there is one, show an application by the documents that it serves. */
export function showApi(app: INestApplication, documents: Pick<PortalApi, 'openApi' | 'asyncApi'>): void {
  if (app.get(Config, { strict: false }).PORTAL === 'off') return;
  const { title, description } = app.get(ApiInfo, { strict: false });
  app.get(Portal, { strict: false }).show({ title, description, ...documents });
}
