import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Config } from '#gateway/config/config';
import { BuiltFiles } from '#gateway/transports/html/built-files';
import { Injectable } from '@nestjs/common';
import type { ClientPackage } from './client-snippets.ts';

/** What the build writes beside the files of the portal. */
interface PortalManifest {
  assets: Readonly<Record<string, string>>;
  client?: ClientPackage;
}

/** The built scripts and style sheets of the portal, from PORTAL_DIR. Without a build, pages have none. */
@Injectable()
export class PortalAssets extends BuiltFiles<PortalManifest> {
  constructor(private readonly config: Config) {
    super(config.PORTAL_DIR);
  }

  /** The client package, if the gateway has one. */
  get client(): ClientPackage | undefined {
    return this.manifest.client;
  }

  /** The changelog as HTML, which the build has made; undefined if there is none. */
  changelog(): string | undefined {
    const file = join(this.config.PORTAL_DIR, 'changelog.html');
    return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
  }
}
