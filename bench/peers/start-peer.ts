import { type MeasuredProcess, startMeasuredProcess } from "../harness/measured-process.ts";

/** A reference server that runs. */
export interface Peer extends MeasuredProcess {
  readonly address: string;
}

/** Starts a reference server of this folder. */
export async function startPeer(file: string, args: readonly string[] = []): Promise<Peer> {
  const peer = startMeasuredProcess({ file: `bench/peers/${file}`, args });
  const [, address = ""] = await peer.printed(/listening on (\S+)/);
  return { ...peer, address };
}
