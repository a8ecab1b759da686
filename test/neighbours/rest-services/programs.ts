import * as neighbours from '#test/support/neighbours/server-programs';
import { apache, nginx } from '#test/support/neighbours/programs';

const { flask, django, gunicorn, aiohttp, fastapi, goCompiler, webrick, puma, php, modPhp } = neighbours;
const { mojolicious, starman, java, tomcat, jetty } = neighbours;

/** What the quick set needs, and what the full set needs besides. */
export const programs = {
  quick: [
    flask,
    django,
    gunicorn,
    aiohttp,
    fastapi,
    goCompiler,
    webrick,
    puma,
    php,
    modPhp,
    mojolicious,
    starman,
    java,
    tomcat,
    jetty,
    nginx,
    apache,
  ],
  full: [],
};
