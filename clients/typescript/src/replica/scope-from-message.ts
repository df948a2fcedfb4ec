import { timestampMs } from "@bufbuild/protobuf/wkt";
import { type Scope, ScopeState } from "../gen/scoperegistry/v1/scope_pb.ts";
import type { ScopeRecord, ScopeStateName } from "../judging/scope-record.ts";

const STATES = new Map<ScopeState, ScopeStateName>([
  [ScopeState.ACTIVE, "ACTIVE"],
  [ScopeState.DEPRECATED, "DEPRECATED"],
  [ScopeState.DISABLED, "DISABLED"],
  [ScopeState.PENDING, "PENDING"],
]);

/** A scope, out of its message. A state that this version does not know is none in which a scope may be granted. */
export function scopeFromMessage(message: Scope): ScopeRecord {
  const state = STATES.get(message.state) ?? "DISABLED";
  const { proposal } = message;
  return {
    name: message.name,
    description: message.description,
    isDefault: message.isDefault,
    owner: message.owner,
    state,
    restricted: message.restricted,
    resources: message.resources,
    consentTexts: Object.fromEntries(
      Object.entries(message.consentTexts).map(([tag, { title, description }]) => [tag, { title, description }]),
    ),
    deprecated: message.deprecated,
    replacedBy: message.replacedBy,
    sunsetTime: message.sunsetTime && timestampMs(message.sunsetTime),
    unlisted: message.unlisted,
    aliases: message.aliases,
    disabledByAdmin: message.disabledByAdmin,
    proposal: proposal && {
      isDefault: proposal.isDefault,
      restricted: proposal.restricted,
      resources: proposal.resources,
      aliases: proposal.aliases,
    },
    createTime: message.createTime === undefined ? 0 : timestampMs(message.createTime),
    updateTime: message.updateTime === undefined ? 0 : timestampMs(message.updateTime),
    revision: Number(message.revision),
  };
}
