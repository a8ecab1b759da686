import { EventSource } from 'eventsource';

/** Ends of a stream after which the next one goes on; after the others nothing more comes, or a person has to log in. */
const RECONNECTS = ['expired', 'operator'];

/** Follows an order until its final status. It reconnects automatically, and resumes. */
export function followOrder(
  url: string,
  token: () => string,
  id: string,
  onMove: (move: object) => void,
): EventSource {
  const source = new EventSource(`${url}/v1/orders/${id}/events`, {
    // Called for each connection. A browser sends its session's cookie instead: { withCredentials: true }.
    fetch: (to, init) => fetch(to, { ...init, headers: { ...init.headers, authorization: `Bearer ${token()}` } }),
  });
  source.addEventListener('status', ({ data }) => onMove(JSON.parse(data as string) as object));
  source.addEventListener('end', ({ data }) => {
    const { reason } = JSON.parse(data as string) as { reason: string };
    if (!RECONNECTS.includes(reason)) source.close();
  });
  return source;
}
