import { Config } from '#gateway/config/config';
import { ApiInfo } from '#gateway/declare/api-info';
import { asyncApiDocument } from '#gateway/transports/asyncapi/asyncapi';
import { openApiDocument } from '#gateway/transports/rest/openapi';
import type { INestApplication } from '@nestjs/common';
import { Portal } from './portal.ts';

/** Lets the portal, if there is one, show the routes of an application. */
export function showApi(app: INestApplication): void {
  if (app.get(Config, { strict: false }).PORTAL === 'off') return;
  const { title, description } = app.get(ApiInfo, { strict: false });
  app.get(Portal, { strict: false }).show({
    title,
    description,
    openApi: () => openApiDocument(app, undefined, '3.2'),
    asyncApi: () => asyncApiDocument(app),
  });
}
