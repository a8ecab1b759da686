import { randomBytes } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';

/** OWASP's first choice for argon2id (the library's variant by default): 19 MiB, two passes, one thread. */
const OWASP = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** Hashes and checks passwords, off the main thread. */
export class Passwords {
  /** The hash of a password nobody has. */
  private readonly decoy = hash(randomBytes(16), OWASP);

  /** A PHC string to store. */
  hash(password: string): Promise<string> {
    return hash(password, OWASP);
  }

  /** Whether the password fits; without a hash it never does, and that takes just as long. */
  async fits(password: string, hashed: string | null | undefined): Promise<boolean> {
    const isRight = await verify(hashed ?? (await this.decoy), password);
    return isRight && Boolean(hashed);
  }
}
