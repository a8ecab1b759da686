import { grpcCpp, grpcJava } from '#test/support/neighbours/server-programs';
import { apache, caddy, go, grpcio, haproxy, nginx } from '#test/support/neighbours/programs';

/** What the quick set needs, and what the full set needs besides. */
export const programs = { quick: [grpcio, grpcJava, nginx, haproxy, caddy, apache], full: [grpcCpp, go] };
