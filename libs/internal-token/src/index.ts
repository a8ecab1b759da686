export type { InternalCaller } from './caller.ts';
export { DEMO_INTERNAL_TOKEN_KEY, internalTokenKey, refuseDemoKeyInProduction } from './key.ts';
export { InternalTokenSigner } from './signer.ts';
export { InternalTokenVerifier, InvalidInternalToken } from './verifier.ts';
