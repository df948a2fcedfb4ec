import { type Scope, ScopeState } from "../gen/scoperegistry/v1/scope_pb.ts";
import type { ScopeProposal, ScopeRecord, ScopeStateName } from "../judging/scope-record.ts";
import { NO_CONSENT_TEXTS } from "../judging/shared-parts.ts";

/** A `google.protobuf.Timestamp`. */
export interface Time {
  seconds: bigint | number;
  nanos: number;
}

const STATES = new Map<number, ScopeStateName>([
  [ScopeState.ACTIVE, "ACTIVE"],
  [ScopeState.DEPRECATED, "DEPRECATED"],
  [ScopeState.DISABLED, "DISABLED"],
  [ScopeState.PENDING, "PENDING"],
]);

/** The name of a state. One that this version does not know is none in which a scope may be granted. */
export function scopeStateOf(state: number): ScopeStateName {
  return STATES.get(state) ?? "DISABLED";
}

/** A scope, out of its message. */
export function scopeFromMessage(message: Scope): ScopeRecord {
  return {
    name: message.name,
    description: message.description,
    isDefault: message.isDefault,
    owner: message.owner,
    state: scopeStateOf(message.state),
    restricted: message.restricted,
    resources: message.resources,
    consentTexts: toConsentTexts(message.consentTexts),
    deprecated: message.deprecated,
    replacedBy: message.replacedBy,
    sunsetTime: message.sunsetTime && toMilliseconds(message.sunsetTime),
    unlisted: message.unlisted,
    aliases: message.aliases,
    disabledByAdmin: message.disabledByAdmin,
    proposal: message.proposal && toProposal(message.proposal),
    refusedProposal: message.refusedProposal && toProposal(message.refusedProposal),
    createTime: message.createTime === undefined ? 0 : toMilliseconds(message.createTime),
    updateTime: message.updateTime === undefined ? 0 : toMilliseconds(message.updateTime),
    revision: Number(message.revision),
  };
}

function toProposal({ isDefault, restricted, resources, aliases }: NonNullable<Scope["proposal"]>): ScopeProposal {
  return { isDefault, restricted, resources, aliases };
}

function toConsentTexts(messages: Scope["consentTexts"]): ScopeRecord["consentTexts"] {
  const entries = Object.entries(messages);
  if (entries.length === 0) return NO_CONSENT_TEXTS;
  return Object.fromEntries(entries.map(([tag, { title, description }]) => [tag, { title, description }]));
}

/** A time, in milliseconds since 1970-01-01T00:00:00Z. */
export function toMilliseconds({ seconds, nanos }: Time): number {
  return Number(seconds) * 1_000 + Math.round(nanos / 1_000_000);
}
