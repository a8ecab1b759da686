import { EventSource } from 'eventsource';

/** Follows an order until it can move no further. It reconnects by itself, and goes on where it was. */
export function followOrder(url: string, token: string, id: string, onMove: (move: object) => void): EventSource {
  const source = new EventSource(`${url}/v1/orders/${id}/events`, {
    // A browser sends its session's cookie instead: { withCredentials: true }.
    fetch: (to, init) => fetch(to, { ...init, headers: { ...init.headers, authorization: `Bearer ${token}` } }),
  });
  source.addEventListener('status', ({ data }) => onMove(JSON.parse(data as string) as object));
  source.addEventListener('end', () => source.close());
  return source;
}
