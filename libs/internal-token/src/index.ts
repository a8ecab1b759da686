export type { InternalCaller } from './caller.ts';
export {
  DEMO_INTERNAL_TOKEN_KEY,
  INTERNAL_OVERLAP_SECONDS,
  type InternalTokenKey,
  internalTokenKey,
  refuseDemoKeyInProduction,
} from './key.ts';
export { type CallerSettings, openVerifier } from './open-verifier.ts';
export { InternalTokenSigner } from './signer.ts';
export { InternalTokenVerifier, InvalidInternalToken } from './verifier.ts';
