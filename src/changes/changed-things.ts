import type { DescMessage, MessageShape } from "@bufbuild/protobuf";
import {
  ClientPolicySchema,
  type LogEntry,
  RegistryPolicySchema,
  ReservedNameSchema,
  ResourceServerSchema,
  ScopeSchema,
} from "@scope-registry/client/messages";
import { changedFields, type FieldChange } from "./changed-fields.ts";

/** What an entry of the log can change. */
export type ThingKind = "scope" | "resource server" | "client" | "reserved name" | "registry policy";

/** What has become of it. */
export type ChangeOutcome = "new" | "changed" | "gone";

/** One thing that an entry of the log has changed. */
export interface ChangedThing {
  readonly kind: ThingKind;
  /** Empty of the registry policy: there is one only. */
  readonly name: string;
  readonly outcome: ChangeOutcome;
  /** What of it has changed. Computed when it is asked for: an entry may have thousands of things. */
  fields(): FieldChange[];
}

/** Everything that an entry of the log has changed. */
export function changedThings(entry: LogEntry): ChangedThing[] {
  const { changes, resourceServerChanges, clientPolicyChanges, reservedNameChanges, registryPolicyChange } = entry;
  return [
    ...changes.map((change) => thing("scope", change.name, ScopeSchema, change)),
    ...resourceServerChanges.map((change) => thing("resource server", change.name, ResourceServerSchema, change)),
    ...clientPolicyChanges.map((change) => thing("client", change.clientId, ClientPolicySchema, change)),
    ...reservedNameChanges.map((change) => thing("reserved name", change.name, ReservedNameSchema, change)),
    ...(registryPolicyChange === undefined
      ? []
      : [thing("registry policy", "", RegistryPolicySchema, registryPolicyChange)]),
  ];
}

/** What a change has made of something. */
export function outcomeOf(before: unknown, after: unknown): ChangeOutcome {
  if (before === undefined) return "new";
  return after === undefined ? "gone" : "changed";
}

function thing<Desc extends DescMessage>(
  kind: ThingKind,
  name: string,
  schema: Desc,
  {
    before,
    after,
  }: { readonly before?: MessageShape<Desc> | undefined; readonly after?: MessageShape<Desc> | undefined },
): ChangedThing {
  return { kind, name, outcome: outcomeOf(before, after), fields: () => changedFields(schema, before, after) };
}
