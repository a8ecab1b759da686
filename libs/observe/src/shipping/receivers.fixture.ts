import { closeLog, type LogDestination, openLog, shippingOf } from '#libs/observe';
import { eventually, LogLines, Receiver, type ReceivedRequest, type Respond } from '#libs/testing';

const ended: (() => Promise<unknown>)[] = [];
/** Closes every log and receiver. */
export async function closeAll(): Promise<void> {
  for (const end of ended.splice(0).reverse()) await end();
}

/** A receiver that is closed after the test. */
export async function receiverThat(respond: Respond, port?: number): Promise<Receiver> {
  const receiver = await Receiver.open(respond, port);
  ended.push(() => receiver.close());
  return receiver;
}

type Kind = LogDestination['kind'];
const PATHS = { loki: '/loki/api/v1/push', elasticsearch: '/_bulk', otlp: '/v1/logs' };

/** A log that is sent to receivers. */
export async function logTo(
  receivers: { url: string; kind?: Kind }[],
  settings: Partial<LogDestination> = {},
  closeMs?: number,
) {
  const output = new LogLines();
  const destinations = receivers.map(({ url, kind = 'loki' }) => ({
    kind,
    url: url + PATHS[kind],
    headers: { authorization: 'Basic abc' },
    service: 'gateway',
    resource: { 'deployment.environment.name': 'test' },
    index: 'logs-atrium-default',
    maxBytes: 1_000_000,
    timeoutMs: 2_000,
    ...settings,
  }));
  const logger = await openLog('gateway', 'info', destinations, output, closeMs);
  ended.push(() => closeLog(logger));
  const counts = (place = 0) => shippingOf(logger)!.report()[place]!;
  const until = async (isSo: (one: ReturnType<typeof counts>) => boolean, place = 0) => {
    await eventually(() => isSo(counts(place)));
    return counts(place);
  };
  return { logger, output, counts, until };
}

export const nothing: Respond = (_, response) => response.writeHead(204).end();

interface Push {
  streams: { stream: Record<string, string>; values: [time: string, line: string][] }[];
}
export const pushed = (requests: readonly ReceivedRequest[]) =>
  requests.flatMap(({ body }) => (JSON.parse(body.toString()) as Push).streams);
export const messagesIn = (requests: readonly ReceivedRequest[]) =>
  pushed(requests).flatMap(({ values }) => values.map(([, line]) => (JSON.parse(line) as { msg: string }).msg));

/** A request of OTLP, decoded. */
export interface ExportLogs {
  resourceLogs: {
    resource: { attributes: KeyValue[] };
    scopeLogs: {
      logRecords: {
        timeUnixNano: string;
        severityNumber: string;
        severityText: string;
        body: object;
        traceId: Buffer;
        spanId: Buffer;
        attributes: KeyValue[];
      }[];
    }[];
  }[];
}
interface KeyValue {
  key: string;
  value: object;
}

/** Elasticsearch's answer. @param statusOf gives the status of each document */
export function bulk(statusOf: () => number): Respond {
  return (request, response) => {
    const items = documentsIn([request]).map(() => ({ create: { status: statusOf() } }));
    const errors = items.some(({ create }) => create.status > 299);
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ errors, items }));
  };
}

export function documentsIn(requests: readonly ReceivedRequest[]) {
  return requests.flatMap(({ body }) => {
    const lines = body.toString().trimEnd().split('\n');
    return lines.flatMap((line, place) =>
      place % 2
        ? [
            {
              action: JSON.parse(lines[place - 1]!) as object,
              document: JSON.parse(line) as Record<string, unknown>,
            },
          ]
        : [],
    );
  });
}
