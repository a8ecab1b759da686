/** How documents reach the gateway. */
export const WAYS = [
  'POST',
  'WebSocket',
  'GET',
  'APQ',
  'QUERY',
  'id',
  'id over WebSocket',
  'view',
  'SSE',
  'production',
] as const;
