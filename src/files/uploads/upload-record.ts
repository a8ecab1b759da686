/** A stored part of an upload: what one request, or some megabytes of one, have brought. */
export interface UploadPart {
  /** Its key in the storage. */
  key: string;
  /** In bytes. */
  size: number;
}

/** What a client says of an upload. */
export interface NewUpload {
  /** The size of the whole file, in bytes; undefined while the client does not know it. */
  length?: number;
  /** The file name, as it was sent. */
  name?: string;
  /** The declared media type. */
  type?: string;
  /** The SHA-256 that the whole file must have, in hex. */
  sha256?: string;
  /** Whether it is a part of another upload, which `concatenate` makes of several. */
  isPart?: boolean;
  /** What the protocol returns as it was sent: `Upload-Metadata` and `Upload-Concat` of tus. */
  echo?: { metadata?: string; concat?: string };
}

/**
 * An upload, as it is stored. The parts are the truth about its offset: a part that this record does not name is not there,
 * whatever the storage has.
 */
export interface UploadRecord extends NewUpload {
  id: string;
  /** In milliseconds since 1970. */
  expiresAt: number;
  parts: UploadPart[];
  /** Whether all of it was received and inspected. */
  isComplete: boolean;
  /** The media type by its content, once it is complete. */
  foundType?: string;
  /** The key that its content was copied to; it has no parts any more. */
  keptAs?: string;
}

/** How many bytes of an upload were received. */
export const offsetOf = ({ parts }: UploadRecord): number => parts.reduce((sum, { size }) => sum + size, 0);

/** How much an upload counts against the quota of its owner, in bytes. */
export const weightOf = (record: UploadRecord): number =>
  record.keptAs === undefined ? Math.max(record.length ?? 0, offsetOf(record)) : 0;
