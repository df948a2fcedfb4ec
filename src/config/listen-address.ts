import { isIPv6 } from "node:net";
import { SettingsError } from "./settings-error.ts";

/** Where a server listens. */
export interface ListenAddress {
  /** A host name or an IP address; IPv6 without brackets. */
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
}

const HOST_AND_PORT = /^(?:\[([^\]]*)\]|([A-Za-z0-9._-]+)):(\d{1,5})$/;

/** Parses `host:port` or `[IPv6]:port`. @throws {SettingsError} */
export function parseListenAddress(text: string): ListenAddress {
  const [, bracketed, name, digits] = HOST_AND_PORT.exec(text) ?? [];
  const host = bracketed ?? name;
  const port = Number(digits);
  if (host === undefined || (bracketed !== undefined && !isIPv6(bracketed)) || !(port <= 65_535)) {
    throw new SettingsError(["must be host:port, for example 127.0.0.1:50051 or [::1]:50051"]);
  }
  return { host, port };
}

/** The address as {@link parseListenAddress} reads it. */
export function formatListenAddress({ host, port }: ListenAddress): string {
  return isIPv6(host) ? `[${host}]:${port}` : `${host}:${port}`;
}
