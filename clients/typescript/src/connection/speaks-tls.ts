import { connect } from "node:tls";

/** How long it is waited for TLS, in milliseconds. */
const TIMEOUT_MS = 1_000;

/** Whether a server speaks TLS. Nothing is sent to it, and nothing believed of its certificate. */
export function speaksTls(origin: string): Promise<boolean> {
  const { hostname, port } = new URL(origin);
  return new Promise((resolve) => {
    const socket = connect({
      host: hostname.replace(/^\[|\]$/g, ""),
      port: Number(port || 80),
      rejectUnauthorized: false,
      timeout: TIMEOUT_MS,
    });
    const answer = (speaks: boolean) => {
      socket.destroy();
      resolve(speaks);
    };
    socket.once("secureConnect", () => answer(true));
    socket.once("timeout", () => answer(false));
    socket.on("error", () => answer(false));
  });
}
