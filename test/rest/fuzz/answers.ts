import { type IncomingMessage, request } from 'node:http';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { catalogue } from '#libs/errors';
import { violationsOf } from '#libs/testing';
import { openapi } from './operations.ts';
import type { FuzzedRequest } from './requests.ts';

/** The answer to a request; the body of a stream is not read. */
export interface FuzzedAnswer {
  status: number;
  /** Undefined without content. */
  type: string | undefined;
  /** Whether the body is as it is: neither packed nor cut. */
  isPlain: boolean;
  text: string;
}

/** Sends a request. @returns undefined where no client can send it: HTTP allows no such header */
export function answerTo(
  url: string,
  { operation, path, headers, body }: FuzzedRequest,
): Promise<FuzzedAnswer | undefined> {
  return new Promise((resolve, reject) => {
    try {
      request(
        url + path,
        { method: operation.method, headers },
        (response) => void read(response).then(resolve, reject),
      )
        .on('error', reject)
        .end(body);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ERR_INVALID_CHAR') throw error;
      resolve(undefined);
    }
  });
}

async function read(response: IncomingMessage): Promise<FuzzedAnswer> {
  const { 'content-type': type, 'content-encoding': coding } = response.headers;
  const answer = { status: response.statusCode!, type: type?.split(';')[0], isPlain: coding === undefined };
  if (answer.type === 'text/event-stream') {
    response.destroy();
    return { ...answer, isPlain: false, text: '' };
  }
  const pieces = (await response.toArray()) as Buffer[];
  return { ...answer, text: Buffer.concat(pieces).toString() };
}

const violations = violationsOf(openapi as unknown as Record<string, unknown>);
const ajv = new Ajv2020({ strict: false, coerceTypes: true, validateFormats: false });
/** What is wrong with an answer: it is an error of ours, is not as the document says, or takes what the document forbids. */
export function faultsOf(request: FuzzedRequest, answer: FuzzedAnswer): string[] {
  const { operation, headers, path, oddQuery } = request;
  const { status, type, isPlain, text } = answer;
  const body = isPlain && type?.endsWith('json') && operation.method !== 'HEAD' ? parsed(text) : undefined;
  const { code, requestId } = (body ?? {}) as { code?: string; requestId?: string };
  const faults: string[] = [];
  // A client may choose a deadline that nothing can be done in.
  const isLate = code === 'UPSTREAM_TIMEOUT' && 'x-request-timeout-ms' in headers;
  if (status >= 500 && !isLate) faults.push(`status ${status}`);
  if (type === 'application/problem+json' && body && !(code && code in catalogue && requestId))
    faults.push('an error without a code or an id');
  // Selected fields are no whole object; polls, envelopes and pages are declared as extensions.
  const isDeclared = type !== undefined && isPlain && !path.includes('fields=') && !isExtension(path, type);
  // What has no entry of its own is the document's default.
  const isDefault = !(status in operation.answers) && 'default' in operation.answers;
  if (isDeclared && operation.method !== 'HEAD' && !isDefault)
    faults.push(...violations(operation.method, operation.path.replace(/[{}]/g, ''), status, type, body ?? text));
  if (oddQuery && status < 300 && !isValid(...oddQuery)) faults.push(`took ${oddQuery[0].name}`);
  return faults;
}

const isExtension = (path: string, type: string): boolean =>
  type === 'application/vnd.envelope+json' ||
  (path.startsWith('/bff/') && type === 'text/html') ||
  (path.includes('/events') && type === 'application/json');

/** Whether the document allows a value of a parameter. */
function isValid({ schema }: { schema: object }, value: string): boolean {
  const { type } = schema as { type?: string };
  if (type === 'integer' && !/^\d+$/.test(value)) return false;
  return ajv.validate(schema, value);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
