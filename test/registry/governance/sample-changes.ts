import type { ClientRecord } from "@scope-registry/client/judging";
import { REGISTRY_POLICY_NAME, type RecordChange } from "../../../src/store/scope-log.ts";
import {
  createScope,
  sampleClient,
  sampleRegistryPolicy,
  sampleReservedName,
  sampleResourceServer,
  sampleScope,
} from "../../store/sample-records.ts";

/** A client's record of grants, and of a policy where a test gives one. */
export function grantsOf(
  clientId: string,
  grantedScopes: readonly string[],
  more: Partial<ClientRecord> = {},
): ClientRecord {
  return sampleClient({ clientId, grantedScopes, ...more });
}

/** The change of a client's record. */
export function clientChange(before: ClientRecord | undefined, after: ClientRecord | undefined): RecordChange {
  return { kind: "client", name: (before ?? after)?.clientId ?? "", before, after };
}

/** A new scope of an owner. */
export function newScope(name: string, owner: string, revision = 1): RecordChange {
  return createScope(sampleScope({ name, owner, revision }));
}

/** A scope that passes from one owner to another. */
export function transfer(name: string, from: string, to: string, revision = 2): RecordChange {
  const before = sampleScope({ name, owner: from });
  return { kind: "scope", name, before, after: { ...before, owner: to, revision } };
}

/** The reservation of a name. */
export function reservation(name: string, owner: string, revision = 1): RecordChange {
  return { kind: "reservedName", name, before: undefined, after: sampleReservedName({ name, owner, revision }) };
}

/** A new resource server. */
export function newServer(name: string, revision = 1): RecordChange {
  return { kind: "resourceServer", name, before: undefined, after: sampleResourceServer({ name, revision }) };
}

/** The first setting of the registry's policy. */
export function newPolicy(revision = 1): RecordChange {
  return {
    kind: "registryPolicy",
    name: REGISTRY_POLICY_NAME,
    before: undefined,
    after: sampleRegistryPolicy({ revision }),
  };
}
