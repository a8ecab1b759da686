export { type Address, hostPort } from './address.ts';
export { Endpoints, type EndpointsOptions, type Verdict } from './endpoints.ts';
export { Resolution } from './resolution.ts';
export { rotatingLookup } from './rotating-lookup.ts';
export { answerOf, type Place, tlsAnswer } from './tls-probe.ts';
export { isHost, parseTarget, type Target } from './target.ts';
