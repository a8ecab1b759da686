/** A DPoP proof is not valid. The message says why, in words that a client may be told. */
export class InvalidProof extends Error {
  override readonly name = 'InvalidProof';
}
