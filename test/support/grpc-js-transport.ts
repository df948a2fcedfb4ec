import { create, type DescMethod, fromBinary, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { anyIs, anyUnpack } from "@bufbuild/protobuf/wkt";
import { type Code, ConnectError, type Transport } from "@connectrpc/connect";
import {
  type CallOptions,
  type ChannelCredentials,
  Client,
  credentials as channelCredentials,
  Metadata,
  type StatusObject,
} from "@grpc/grpc-js";
import { BadRequestSchema, ErrorInfoSchema, RetryInfoSchema, StatusSchema } from "@scope-registry/client";

const DETAIL_TYPES = [ErrorInfoSchema, BadRequestSchema, RetryInfoSchema];

/** A transport over a grpc-js channel: what a client of that library does, behind the interface of all the others. */
export interface GrpcJsTransport extends Transport {
  close(): void;
}

type RequestHeader = Parameters<Transport["unary"]>[3];

/** Opens a channel. The details of errors are read from `grpc-status-details-bin`, as grpc-js clients read them. */
export function createGrpcJsTransport(
  address: string,
  credentials: ChannelCredentials = channelCredentials.createInsecure(),
): GrpcJsTransport {
  const client = new Client(address, credentials, {
    "grpc.max_receive_message_length": -1,
    "grpc.use_local_subchannel_pool": 1,
    // Node refuses an IP address as the server's name in TLS.
    "grpc.ssl_target_name_override": "localhost",
  });
  return {
    unary: (method, signal, timeoutMs, header, input) =>
      new Promise((resolve, reject) => {
        let response: Uint8Array = new Uint8Array();
        const call = client.makeUnaryRequest(
          pathOf(method),
          (bytes: Buffer) => bytes,
          (bytes: Buffer) => bytes,
          encode(method, input),
          toMetadata(header),
          toOptions(timeoutMs),
          (_error, bytes) => {
            response = bytes ?? response;
          },
        );
        call.on("status", (status) => {
          if (status.code !== 0) {
            reject(toConnectError(status));
            return;
          }
          const message = fromBinary(method.output, response);
          const trailer = toHeaders(status.metadata);
          resolve({ stream: false, service: method.parent, method, header: new Headers(), message, trailer });
        });
        signal?.addEventListener("abort", () => call.cancel(), { once: true });
        if (signal?.aborted) call.cancel();
      }),

    async stream(method, signal, timeoutMs, header, input) {
      const trailer = new Headers();
      let request: Buffer | undefined;
      for await (const message of input) request = encode(method, message);
      const call = client.makeServerStreamRequest(
        pathOf(method),
        (bytes: Buffer) => bytes,
        (bytes: Buffer) => bytes,
        request ?? Buffer.alloc(0),
        toMetadata(header),
        toOptions(timeoutMs),
      );
      signal?.addEventListener("abort", () => call.cancel(), { once: true });
      async function* read() {
        try {
          for await (const bytes of call) yield fromBinary(method.output, bytes);
        } catch (error) {
          throw toConnectError(error as StatusObject);
        }
      }
      return { stream: true, service: method.parent, method, header: new Headers(), message: read(), trailer };
    },

    close: () => client.close(),
  };
}

function pathOf(method: DescMethod): string {
  return `/${method.parent.typeName}/${method.name}`;
}

function encode<M extends DescMethod>({ input }: M, message: MessageInitShape<M["input"]>): Buffer {
  return Buffer.from(toBinary(input, create(input, message)));
}

function toOptions(timeoutMs: number | undefined): CallOptions {
  return timeoutMs === undefined ? {} : { deadline: Date.now() + timeoutMs };
}

function toMetadata(header: RequestHeader): Metadata {
  const metadata = new Metadata();
  for (const [name, value] of new Headers(header)) metadata.set(name, value);
  return metadata;
}

function toHeaders(metadata: Metadata): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(metadata.getMap())) {
    if (typeof value === "string") headers.set(name, value);
  }
  return headers;
}

function toConnectError({ code, details, metadata }: StatusObject): ConnectError {
  const error = new ConnectError(details, code as number as Code, toHeaders(metadata));
  const [bytes] = metadata.get("grpc-status-details-bin");
  if (!(bytes instanceof Buffer)) return error;
  const status = fromBinary(StatusSchema, bytes);
  if (status.code !== code || status.message !== details) throw new Error("The two forms of the status differ");
  error.details = status.details.map((any) => {
    const desc = DETAIL_TYPES.find((candidate) => anyIs(any, candidate));
    if (desc === undefined) throw new Error(`An error detail has type ${any.typeUrl}`);
    const value = anyUnpack(any, desc);
    if (value === undefined) throw new Error("An error detail cannot be read");
    return { desc, value };
  });
  return error;
}
