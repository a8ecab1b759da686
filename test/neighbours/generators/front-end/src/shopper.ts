/** What each client does: the name of the user at home, the status of a new order, and the first status of its events. */
export interface Shopped {
  user: string | undefined;
  order: string;
  event: string;
}

export const LOGIN = { email: 'ada@example.com', password: 'analytical-engine' };
export const LINES = { lines: [{ productId: 'p1', quantity: 1 }] };

/** The status of the first event of a stream, which is then left. */
export async function firstStatus(body: ReadableStream<Uint8Array>): Promise<string> {
  const reader = body
    .pipeThrough(new TextDecoderStream() as unknown as TransformStream<Uint8Array, string>)
    .getReader();
  for (let text = ''; ;) {
    const { done, value } = await reader.read();
    if (done) throw new Error(`The stream has ended: ${text}`);
    text += value;
    const data = /^event: status\n(?:id:.*\n)?data: (.*)\n/m.exec(text) ?? /^data: (.*"status".*)\n/m.exec(text);
    if (!data) continue;
    await reader.cancel();
    return (JSON.parse(data[1]!) as { status: string }).status;
  }
}
