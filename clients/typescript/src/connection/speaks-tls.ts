import { connect } from "node:tls";

/** How long it is waited for TLS, in milliseconds. */
const TIMEOUT_MS = 1_000;

/**
 * Whether a server speaks TLS. Nothing is sent to it, and nothing believed of its certificate.
 *
 * @param signal ends the waiting; the answer is no then
 */
export function speaksTls(origin: string, signal: AbortSignal): Promise<boolean> {
  const { hostname, port } = new URL(origin);
  return new Promise((resolve) => {
    const socket = connect({
      host: hostname.replace(/^\[|\]$/g, ""),
      port: Number(port || 80),
      rejectUnauthorized: false,
      timeout: TIMEOUT_MS,
    });
    const giveUp = () => answer(false);
    const answer = (speaks: boolean) => {
      signal.removeEventListener("abort", giveUp);
      socket.destroy();
      resolve(speaks);
    };
    signal.addEventListener("abort", giveUp);
    socket.once("secureConnect", () => answer(true));
    socket.once("timeout", giveUp);
    socket.on("error", giveUp);
    if (signal.aborted) giveUp();
  });
}
