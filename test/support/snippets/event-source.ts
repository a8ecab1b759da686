import { EventSource } from 'eventsource';

/** Follows an order until its final status. It reconnects automatically, and resumes. */
export function followOrder(url: string, token: string, id: string, onMove: (move: object) => void): EventSource {
  const source = new EventSource(`${url}/v1/orders/${id}/events`, {
    // A browser sends its session's cookie instead: { withCredentials: true }.
    fetch: (to, init) => fetch(to, { ...init, headers: { ...init.headers, authorization: `Bearer ${token}` } }),
  });
  source.addEventListener('status', ({ data }) => onMove(JSON.parse(data as string) as object));
  source.addEventListener('end', () => source.close());
  return source;
}
