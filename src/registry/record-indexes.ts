import { ClientIndex, ScopeIndex } from "@scope-registry/client/judging";
import {
  type KindedRecord,
  REGISTRY_POLICY_NAME,
  type RecordKind,
  type RecordTypes,
  type RegistryPolicyRecord,
  type ResourceServerRecord,
} from "../store/scope-log.ts";
import { PrefixClaims } from "./prefix-claims.ts";
import { ReservedNames } from "./reserved-names.ts";
import { resourceIdentity } from "./resource-identity.ts";

/** A record in its new form; undefined: it is gone. */
export type RecordPut = {
  readonly [K in RecordKind]: { readonly kind: K; readonly name: string; readonly after: RecordTypes[K] | undefined };
}[RecordKind];

/** How much of each kind there is, in any state. */
export interface IndexSizes {
  readonly scopes: number;
  /** Scopes and aliases that are templates. */
  readonly templates: number;
  readonly aliases: number;
  /** Clients that have a policy or a grant. */
  readonly clients: number;
  /** Resource servers that have settings: who only registers has none. */
  readonly resourceServers: number;
  readonly reservedNames: number;
}

/** Records by name, and what the rules look up beside: who holds a resource, who a prefix. */
export class RecordIndexes {
  readonly scopes = new ScopeIndex();
  readonly clients = new ClientIndex();
  readonly resourceServers = new Map<string, ResourceServerRecord>();
  readonly reservedNames = new ReservedNames();
  readonly claims = new PrefixClaims();
  /** Resource servers by {@link resourceIdentity} of what they hold. */
  readonly #holders = new Map<string, string>();
  #policy: RegistryPolicyRecord | undefined;

  get policy(): RegistryPolicyRecord | undefined {
    return this.#policy;
  }

  holderOf(resource: string): string | undefined {
    return this.#holders.get(resourceIdentity(resource));
  }

  get sizes(): IndexSizes {
    const { scopes, clients, resourceServers, reservedNames } = this;
    return {
      scopes: scopes.size,
      templates: scopes.templateCount,
      aliases: scopes.aliasCount,
      clients: clients.size,
      resourceServers: resourceServers.size,
      reservedNames: reservedNames.size,
    };
  }

  /** The record of a kind and a name. */
  get(kind: RecordKind, name: string): KindedRecord["record"] | undefined {
    switch (kind) {
      case "scope":
        return this.scopes.get(name);
      case "resourceServer":
        return this.resourceServers.get(name);
      case "client":
        return this.clients.get(name);
      case "reservedName":
        return this.reservedNames.get(name);
      case "registryPolicy":
        return this.#policy;
    }
  }

  /** Puts a record in the place of the one that is there, or takes that one out. */
  put({ kind, name, after }: RecordPut): void {
    switch (kind) {
      case "scope":
        if (after === undefined) this.scopes.delete(name);
        else this.scopes.set(after);
        return;
      case "client":
        if (after === undefined) this.clients.delete(name);
        else this.clients.set(after);
        return;
      case "reservedName":
        this.reservedNames.put(name, after);
        return;
      case "registryPolicy":
        this.#policy = after;
        return;
      case "resourceServer":
        this.#putResourceServer(name, after);
    }
  }

  #putResourceServer(name: string, after: ResourceServerRecord | undefined): void {
    const before = this.resourceServers.get(name);
    for (const uri of before?.resources ?? []) {
      // Another one may have taken it over in the same entry.
      if (this.#holders.get(resourceIdentity(uri)) === name) this.#holders.delete(resourceIdentity(uri));
    }
    this.claims.remove(before?.namePrefixes ?? []);
    if (after === undefined) {
      this.resourceServers.delete(name);
      return;
    }
    this.resourceServers.set(name, after);
    for (const uri of after.resources) this.#holders.set(resourceIdentity(uri), name);
    this.claims.add(name, after.namePrefixes);
  }
}

/** The name by which a record is kept. */
export function nameOf({ kind, record }: KindedRecord): string {
  if (kind === "client") return record.clientId;
  return kind === "registryPolicy" ? REGISTRY_POLICY_NAME : record.name;
}
