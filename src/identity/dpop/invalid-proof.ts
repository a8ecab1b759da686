/** A DPoP proof is not valid. The message gives a reason that clients may see. */
export class InvalidProof extends Error {
  override readonly name = 'InvalidProof';
}
