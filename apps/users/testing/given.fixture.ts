import type { Place } from '#libs/testing';

/** The environment of a users service whose data are in `place`, on a free port, silent. */
export function environmentFor(place: Place, more: Record<string, string> = {}): Record<string, string> {
  const { dataDir, databaseUrl = '' } = place;
  return { PORT: '0', LOG_LEVEL: 'silent', DATA_DIR: dataDir, DATABASE_URL: databaseUrl, ...more };
}

/** ada, as the gateway tells of her. */
export const ada = { id: 'u1', scopes: ['profile:read', 'profile:write'] };

/** grace, who is an admin. */
export const grace = { id: 'u2', scopes: ['admin'] };
