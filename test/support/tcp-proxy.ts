/** A TCP proxy between a client and a server, which a test breaks as networks do. */
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** A running proxy. */
export interface TcpProxy extends AsyncDisposable {
  /** `127.0.0.1:…`, the same all along. */
  readonly address: string;
  /** How many connections it has taken. */
  readonly taken: number;
  /** Where new connections lead, as `host:port`; undefined: they are refused. */
  target: string | undefined;
  /** After how many bytes from the server a new connection is cut; undefined: never. */
  cutAfterBytes: number | undefined;
  /** Whether bytes are kept back. */
  silent: boolean;
  /** How long bytes are on their way, in either direction, in milliseconds. */
  delayMs: number;
  /** Cuts all connections. */
  cut(): void;
}

/** Starts a proxy. */
export async function startTcpProxy(target?: string): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  let taken = 0;
  const server = createServer((client) => {
    taken += 1;
    const [host, port] = proxy.target?.split(":") ?? [];
    if (host === undefined) return void client.destroy();
    const upstream = connect(Number(port), host);
    const cut = () => {
      client.destroy();
      upstream.destroy();
    };
    const left = { bytes: proxy.cutAfterBytes ?? Number.POSITIVE_INFINITY };
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on("error", cut).on("close", () => {
        sockets.delete(socket);
        cut();
      });
    }
    // Timers of one length end in the order in which they began.
    const pass = (to: Socket, bytes: Buffer) =>
      void (proxy.delayMs === 0 ? to.write(bytes) : setTimeout(() => to.write(bytes), proxy.delayMs));
    client.on("data", (bytes: Buffer) => void (proxy.silent || pass(upstream, bytes)));
    upstream.on("data", (bytes: Buffer) => {
      if (proxy.silent) return;
      pass(client, bytes.subarray(0, left.bytes));
      left.bytes -= bytes.length;
      if (left.bytes <= 0) client.end(cut);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const proxy: TcpProxy = {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    get taken() {
      return taken;
    },
    target,
    cutAfterBytes: undefined,
    silent: false,
    delayMs: 0,
    cut() {
      for (const socket of [...sockets]) socket.destroy();
    },
    async [Symbol.asyncDispose]() {
      proxy.cut();
      server.close();
      await once(server, "close");
    },
  };
  return proxy;
}
