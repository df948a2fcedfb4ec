import { isLoopbackHost } from "@scope-registry/client/tokens";
import type { CatalogueAccess } from "./catalogue-setting.ts";
import { formatListenAddress } from "./listen-address.ts";
import { type SettingKey, type SettingValues, variableName } from "./settings-table.ts";

/** The catalogue page on the HTTP port. */
export interface CatalogueSettings {
  /** Whether anybody may read in it, or only who has signed in. */
  readonly access: Exclude<CatalogueAccess, "off">;
  /** Where people sign in. Undefined: nowhere. */
  readonly signIn: SignInSettings | undefined;
  /** What lines to copy call the gRPC port. Undefined: as it is bound. */
  readonly publicGrpcAddress: string | undefined;
  /** Whether that address is spoken to by TLS. Undefined: if the port is served by TLS. */
  readonly publicGrpcTls: boolean | undefined;
}

/** Where people sign in to the catalogue. */
export interface SignInSettings {
  readonly issuer: string;
  /** A public OAuth client (RFC 6749 §2.1) of that issuer, for authorization code with PKCE. */
  readonly clientId: string;
}

/** The catalogue's settings together; undefined: there is none. Those of `values` that are needed have no problem. */
export function catalogueSettings(values: SettingValues): CatalogueSettings | undefined {
  const { catalogueClientId: clientId, publicGrpcAddress } = values;
  const access = accessOf(values);
  if (access === "off") return undefined;
  const issuer = values.catalogueIssuer ?? values.issuers?.[0]?.issuer;
  return {
    access,
    signIn: clientId === undefined || issuer === undefined ? undefined : { issuer, clientId },
    publicGrpcAddress: publicGrpcAddress && formatListenAddress(publicGrpcAddress),
    // Where tokens may only travel by TLS, a proxy adds it if the server does not.
    publicGrpcTls: publicGrpcAddress && !isLoopbackHost(publicGrpcAddress.host) ? true : undefined,
  };
}

/** What is wrong with the catalogue's settings together. */
export function catalogueProblems(values: SettingValues, given: (key: SettingKey) => boolean): string[] {
  const problems: string[] = [];
  const { catalogueIssuer: issuer, issuers } = values;
  if (accessOf(values) === "sign-in" && !given("catalogueClientId") && values.dev === false) {
    problems.push(
      `${variableName("catalogue")} is sign-in: set ${variableName("catalogueClientId")} to the client by which people sign in`,
    );
  }
  if (given("catalogueClientId") && !given("issuers")) {
    problems.push(`${variableName("catalogueClientId")} needs ${variableName("issuers")}, where people sign in`);
  }
  if (given("catalogueIssuer") && !given("catalogueClientId")) {
    problems.push(`${variableName("catalogueIssuer")} needs ${variableName("catalogueClientId")}`);
  }
  if (issuer !== undefined && issuers !== undefined && !issuers.some((trusted) => trusted.issuer === issuer)) {
    problems.push(
      `${variableName("catalogueIssuer")} must be one of ${variableName("issuers")}, exactly as it is there`,
    );
  }
  return problems;
}

function accessOf({ catalogue, dev, catalogueClientId }: SettingValues): CatalogueAccess {
  if (catalogue !== undefined) return catalogue;
  if (dev === true) return "open";
  return catalogueClientId === undefined ? "off" : "sign-in";
}
