import { createIssuerKeys, type Fetch } from "@scope-registry/client/tokens";
import { createLocalJWKSet, type JSONWebKeySet, type JWTVerifyGetKey } from "jose";
import { DEV_ISSUER, type IssuerSettings } from "../config/issuer-settings.ts";
import { clientOwner } from "../config/owner-prefixes.ts";
import { createIntrospectionClient, type IntrospectionClient } from "./introspection-client.ts";

/** An issuer whose tokens are believed. */
export interface TrustedIssuer {
  readonly settings: IssuerSettings;
  /** Finds the key that a token says it is signed with. */
  readonly keys: JWTVerifyGetKey;
  /** Undefined: it has no introspection endpoint, or none that may be asked. */
  readonly introspection: IntrospectionClient | undefined;
  /** The owner's name of one of its clients; undefined if it would read as a client of another issuer. */
  ownerOf(clientId: string): string | undefined;
}

/** All trusted issuers. */
export interface TrustedIssuers {
  /** The issuer with exactly this `iss`. */
  get(issuer: string): TrustedIssuer | undefined;
  /** Those that are asked about opaque tokens, in the order of the settings. */
  readonly introspecting: readonly (TrustedIssuer & { readonly introspection: IntrospectionClient })[];
}

/** What the trusted issuers are made of. */
export interface TrustedIssuersOptions {
  /** `Settings.issuers`. */
  readonly settings: readonly IssuerSettings[];
  /** The public keys of the dev issuer; needed when the settings name it. */
  readonly devIssuerKeys?: JSONWebKeySet | undefined;
  /** How issuers are asked; `fetch` if not given. */
  readonly fetch?: Fetch | undefined;
  /** The time of what these have answered, in milliseconds since 1970-01-01T00:00:00Z. */
  readonly now?: (() => number) | undefined;
}

/** Makes the trusted issuers. Nothing is fetched before a token needs it. */
export function createTrustedIssuers(options: TrustedIssuersOptions): TrustedIssuers {
  const { settings: all, devIssuerKeys, fetch = globalThis.fetch, now = Date.now } = options;
  const byIssuer = new Map<string, TrustedIssuer>();
  for (const settings of all) {
    const isDevIssuer = settings.issuer === DEV_ISSUER && devIssuerKeys !== undefined;
    const ownerOf = (clientId: string) => clientOwner(all, settings, clientId);
    byIssuer.set(settings.issuer, {
      settings,
      keys: isDevIssuer ? createLocalJWKSet(devIssuerKeys) : createIssuerKeys({ ...settings, fetch }),
      introspection:
        settings.introspection &&
        createIntrospectionClient({ issuer: settings.issuer, settings: settings.introspection, ownerOf, fetch, now }),
      ownerOf,
    });
  }
  return {
    get: (issuer) => byIssuer.get(issuer),
    introspecting: [...byIssuer.values()].filter(
      (issuer): issuer is TrustedIssuers["introspecting"][number] => issuer.introspection !== undefined,
    ),
  };
}
