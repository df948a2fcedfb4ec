/** Scopes as their messages, and back. */
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import type { ConsentText, ScopeProposal, ScopeRecord } from "@scope-registry/client/judging";
import {
  type ConsentText as ConsentTextMessage,
  type Scope,
  type ScopeProposal as ScopeProposalMessage,
  ScopeState,
} from "@scope-registry/client/messages";
import { enumNames } from "./enum-names.ts";
import type { RecordReader } from "./record-reader.ts";

/** The names of the states of scopes, by value. */
export const STATE_NAMES = enumNames(ScopeState);

/** A scope as its message. */
export function fromScope(scope: ScopeRecord): Scope {
  const message = fromScopeWithoutTexts(scope);
  const texts = Object.entries(scope.consentTexts).map(([tag, text]) => [tag, fromConsentText(text)]);
  message.consentTexts = Object.fromEntries(texts);
  return message;
}

/** A scope as its message, without its consent texts. */
export function fromScopeWithoutTexts(scope: ScopeRecord): Scope {
  return {
    $typeName: "scoperegistry.v1.Scope",
    name: scope.name,
    description: scope.description,
    isDefault: scope.isDefault,
    owner: scope.owner,
    state: ScopeState[scope.state],
    restricted: scope.restricted,
    resources: scope.resources as string[],
    consentTexts: {},
    replacedBy: scope.replacedBy,
    sunsetTime: scope.sunsetTime === undefined ? undefined : timestampFromMs(scope.sunsetTime),
    unlisted: scope.unlisted,
    createTime: timestampFromMs(scope.createTime),
    updateTime: timestampFromMs(scope.updateTime),
    revision: BigInt(scope.revision),
    deprecated: scope.deprecated,
    aliases: scope.aliases as string[],
    disabledByAdmin: scope.disabledByAdmin,
    proposal: scope.proposal && fromProposal(scope.proposal),
    refusedProposal: scope.refusedProposal && fromProposal(scope.refusedProposal),
  };
}

function fromProposal({ isDefault, restricted, resources, aliases }: ScopeProposal): ScopeProposalMessage {
  return {
    $typeName: "scoperegistry.v1.ScopeProposal",
    isDefault,
    restricted,
    resources: resources as string[],
    aliases: aliases as string[],
  };
}

/** A consent text as its message. */
export function fromConsentText({ title, description }: ConsentText): ConsentTextMessage {
  return { $typeName: "scoperegistry.v1.ConsentText", title, description };
}

/**
 * A scope, out of the message of an imported log. What is broken is told to the reader.
 *
 * @param path where the message stands in its request
 */
export function toScopeRecord(message: Scope, path: string, reader: RecordReader): ScopeRecord {
  return {
    name: message.name,
    description: message.description,
    isDefault: message.isDefault,
    owner: message.owner,
    state: reader.name(STATE_NAMES, message.state, path, "state"),
    restricted: message.restricted,
    resources: message.resources,
    consentTexts: toConsentTexts(message.consentTexts),
    deprecated: message.deprecated,
    replacedBy: message.replacedBy,
    sunsetTime: message.sunsetTime && reader.time(message.sunsetTime, path, "sunset_time"),
    unlisted: message.unlisted,
    aliases: message.aliases,
    disabledByAdmin: message.disabledByAdmin,
    proposal: message.proposal && toProposal(message.proposal),
    refusedProposal: message.refusedProposal && toProposal(message.refusedProposal),
    createTime: reader.time(message.createTime, path, "create_time"),
    updateTime: reader.time(message.updateTime, path, "update_time"),
    revision: reader.wholeNumber(message.revision, path, "revision"),
  };
}

function toProposal({ isDefault, restricted, resources, aliases }: ScopeProposalMessage): ScopeProposal {
  return { isDefault, restricted, resources, aliases };
}

/** Consent texts, out of their messages: members of their own, whatever the tags. */
export function toConsentTexts(messages: Readonly<Record<string, ConsentTextMessage>>): Record<string, ConsentText> {
  const texts = Object.entries(messages).map(([tag, { title, description }]) => [tag, { title, description }]);
  return Object.fromEntries(texts);
}
