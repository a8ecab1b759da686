import * as neighbours from '#test/support/neighbours/server-programs';
import { apache, nginx } from '#test/support/neighbours/programs';

const { flask, gunicorn, aiohttp, fastapi, goCompiler, webrick, puma, php, mojolicious, starman, java, tomcat } =
  neighbours;

/** What the quick set needs, and what the full set needs besides. */
export const programs = {
  quick: [
    flask,
    gunicorn,
    aiohttp,
    fastapi,
    goCompiler,
    webrick,
    puma,
    php,
    mojolicious,
    starman,
    java,
    tomcat,
    nginx,
    apache,
  ],
  full: [],
};
