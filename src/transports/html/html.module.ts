import { type DynamicModule, Module, type Type } from '@nestjs/common';
import { PageAssets } from './page-assets.ts';
import { PageResponder } from './page-responder.ts';
import { Site } from './site.ts';

/** Sends pages, in the frame of a site. */
@Module({})
export class HtmlModule {
  static of(site: Type<Site>): DynamicModule {
    return {
      module: HtmlModule,
      providers: [{ provide: Site, useClass: site }, PageResponder, PageAssets],
      exports: [PageResponder, PageAssets],
    };
  }
}
