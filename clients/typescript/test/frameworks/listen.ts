import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { ListeningApi } from "./http-guard-acceptance.ts";

/** Listens on a free port of the loopback. */
export async function listen(api: RequestListener | Server): Promise<ListeningApi> {
  const server = typeof api === "function" ? createServer(api) : api;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
