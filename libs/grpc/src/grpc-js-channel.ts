import { createSecureContext } from 'node:tls';
import {
  Client,
  type ClientOptions,
  ChannelCredentials,
  connectivityState,
  Metadata,
  type ServiceError,
  status as Status,
} from '@grpc/grpc-js';
import { hostPort } from '#libs/endpoints';
import type { CallOptions, ConnectionReport, GrpcChannel, MessageStream } from './channel.ts';
import { GrpcFailure } from './failure.ts';
import { grpcJsStream } from './grpc-js-stream.ts';
import type { Server } from './http2-session.ts';
import { MAX_MESSAGE_BYTES } from './messages.ts';
import { USER_AGENT } from './request-headers.ts';
import type { ConnectionSettings } from './settings.ts';

/** Reconnects as soon as `http2` does, in milliseconds. */
const MIN_BACKOFF_MS = 100;
const MAX_BACKOFF_MS = 1_000;

const same = (bytes: Buffer): Buffer => bytes;

/** The connections of grpc-js to one address: the second implementation, to compare with and to fall back on. */
export class GrpcJsChannel implements GrpcChannel {
  private readonly address: string;
  private readonly options: ClientOptions;
  /** Sends again what a server refused, on its own. */
  private client: Client;
  /** For calls that must not come twice: a proxy may say REFUSED_STREAM after the work began. */
  private careful: Client | undefined;

  constructor(
    private readonly server: Server,
    { keepaliveMs, pingTimeoutMs }: ConnectionSettings,
  ) {
    const { host, port, authority } = server.address;
    this.address =
      port === undefined ? `unix:${host}` : `${host.includes(':') ? 'ipv6' : 'ipv4'}:${hostPort(host, port)}`;
    this.options = {
      'grpc.default_authority': authority,
      'grpc.primary_user_agent': USER_AGENT,
      'grpc.keepalive_time_ms': keepaliveMs,
      'grpc.keepalive_timeout_ms': pingTimeoutMs,
      'grpc.max_receive_message_length': MAX_MESSAGE_BYTES,
      'grpc.initial_reconnect_backoff_ms': MIN_BACKOFF_MS,
      'grpc.max_reconnect_backoff_ms': MAX_BACKOFF_MS,
      'grpc.service_config_disable_resolution': 1,
      'grpc.use_local_subchannel_pool': 1,
      'grpc.enable_http_proxy': 0,
    };
    this.client = this.connect();
  }

  unary(path: string, message: Uint8Array, options: CallOptions): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      if (options.until.endedBy) return reject(new GrpcFailure(Status.CANCELLED, 'nobody waits for the answer'));
      const call = this.clientFor(options).makeUnaryRequest(
        path,
        same,
        same,
        Buffer.from(message),
        metadataOf(options),
        deadlineOf(options),
        (error, answer) => {
          stopListening();
          if (error) reject(failureFrom(error));
          else resolve(answer!);
        },
      );
      const stopListening = options.until.onEnd(() => call.cancel());
    });
  }

  async serverStream(path: string, message: Uint8Array, options: CallOptions): Promise<MessageStream<Buffer>> {
    if (options.until.endedBy) throw new GrpcFailure(Status.CANCELLED, 'nobody waits for the answer');
    const request = Buffer.from(message);
    const call = this.clientFor(options).makeServerStreamRequest(
      path,
      same,
      same,
      request,
      metadataOf(options),
      {},
    );
    return grpcJsStream(call, failureFrom);
  }

  isReady(): boolean {
    return this.client.getChannel().getConnectivityState(true) === connectivityState.READY;
  }

  renew(): void {
    const before = [this.client, this.careful];
    this.client = this.connect();
    this.careful = undefined;
    // Calls under way end where they are.
    for (const client of before) client?.close();
  }

  close(): void {
    this.client.close();
    this.careful?.close();
  }

  report(): ConnectionReport[] {
    const state = this.client.getChannel().getConnectivityState(false);
    if (state === connectivityState.READY) return [{ state: 'READY', calls: 0, ageSeconds: 0 }];
    return state === connectivityState.CONNECTING ? [{ state: 'CONNECTING', calls: 0, ageSeconds: 0 }] : [];
  }

  private clientFor({ isIdempotent }: CallOptions): Client {
    return isIdempotent ? this.client : (this.careful ??= this.connect({ 'grpc.enable_retries': 0 }));
  }

  private connect(more: ClientOptions = {}): Client {
    const { tls } = this.server;
    if (!tls) return new Client(this.address, ChannelCredentials.createInsecure(), { ...this.options, ...more });
    const { servername, ...material } = tls();
    const name = servername ? { 'grpc.ssl_target_name_override': servername } : {};
    const credentials = ChannelCredentials.createFromSecureContext(createSecureContext(material));
    return new Client(this.address, credentials, { ...this.options, ...name, ...more });
  }
}

function metadataOf({ metadata: given }: CallOptions): Metadata {
  const metadata = new Metadata();
  for (let i = 0; i < given.length; i += 2) metadata.add(given[i]!, given[i + 1]!);
  return metadata;
}

const deadlineOf = ({ timeoutMs }: CallOptions) =>
  timeoutMs === undefined ? {} : { deadline: Date.now() + timeoutMs };

/** What grpc-js says of a call that never left, and of one that a GOAWAY disclaims. */
const UNSENT = /^(No connection established|Failed to connect|Name resolution failed)/;

function failureFrom({ code, details, metadata, ...error }: ServiceError): GrpcFailure {
  return new GrpcFailure(code, details, {
    metadata,
    progress: UNSENT.test(details) ? 'unsent' : 'sent',
    cause: error.cause,
  });
}
