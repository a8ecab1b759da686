/** How documents reach the gateway. */
export const WAYS = ['POST', 'WebSocket', 'GET', 'APQ', 'QUERY', 'id', 'view', 'SSE', 'production'] as const;
