import { readStatusDetails, type StatusDetails } from '#libs/contracts';
import { DEMO_INTERNAL_TOKEN_KEY, type InternalCaller, InternalTokenSigner } from '#libs/internal-token';
import { status as Code, type CallOptions, type Client, Metadata, type ServiceError } from '@grpc/grpc-js';

const signer = new InternalTokenSigner(DEMO_INTERNAL_TOKEN_KEY);

type Unary<Request, Response> = (
  request: Request,
  metadata: Metadata,
  options: Partial<CallOptions>,
  callback: (error: ServiceError | null, response: Response) => void,
) => unknown;

/** The metadata of a gateway's call on behalf of `caller`, with additional headers. */
export function calledFor(
  caller: InternalCaller,
  audience: string,
  headers: Record<string, string> = {},
): Metadata {
  const metadata = new Metadata();
  metadata.set('authorization', `Bearer ${signer.sign(caller, audience)}`);
  for (const [name, value] of Object.entries(headers)) metadata.set(name, value);
  return metadata;
}

/** A unary call of a generated client as a promise. */
export function unaryCall<Request, Response>(
  client: Client,
  method: Unary<Request, Response>,
  request: Request,
  metadata: Metadata,
  options: Partial<CallOptions> = {},
): Promise<Response> {
  return new Promise((resolve, reject) => {
    const done = (error: ServiceError | null, response: Response) => (error ? reject(error) : resolve(response));
    method.call(client, request, metadata, options, done);
  });
}

/** The failure of a call: its code by name, its message and its details. */
export async function failureOf(
  call: Promise<unknown>,
): Promise<{ code: string; message: string } & StatusDetails> {
  const error = await call.then(
    () => Promise.reject(new Error('the call did not fail')),
    (failure: ServiceError) => failure,
  );
  const { reason, metadata, violations, retryDelayMs } = readStatusDetails(error.metadata);
  return { code: Code[error.code], message: error.details, reason, metadata, violations, retryDelayMs };
}

/** The failure of a stream, after its messages. */
export async function streamFailure(stream: AsyncIterable<unknown>): Promise<ServiceError> {
  try {
    for await (const _ of stream);
  } catch (error) {
    return error as ServiceError;
  }
  throw new Error('the stream did not fail');
}
