import type { ConsentText, ScopeProposal, ScopeRecord, ScopeStateName } from "@scope-registry/client/judging";
import { EARLIER_SCOPE } from "../../earlier-forms.ts";
import { type DocumentForm, decodeStamp, encodeStamp, type StampedDocument } from "./document-form.ts";

/** A scope, in `scopes` and in the entries of the log. What may be missing is so in those from before governance. */
export interface ScopeDocument extends StampedDocument {
  _id: string;
  description: string;
  is_default: boolean;
  owner: string;
  state: ScopeStateName;
  restricted: boolean;
  resources: readonly string[];
  consent_texts: Readonly<Record<string, ConsentText>>;
  deprecated: boolean;
  replaced_by: string;
  sunset_time: Date | null;
  unlisted: boolean;
  aliases?: readonly string[];
  disabled_by_admin?: boolean;
  proposal?: ProposalDocument | null;
  /** Only where there is one, which is rare. */
  refused_proposal?: ProposalDocument;
}

interface ProposalDocument {
  is_default: boolean;
  restricted: boolean;
  resources: readonly string[];
  aliases: readonly string[];
}

/** The form of scopes. */
export const scopeForm: DocumentForm<ScopeRecord, ScopeDocument> = {
  encode: (scope) => ({
    _id: scope.name,
    description: scope.description,
    is_default: scope.isDefault,
    owner: scope.owner,
    state: scope.state,
    restricted: scope.restricted,
    resources: scope.resources,
    consent_texts: scope.consentTexts,
    deprecated: scope.deprecated,
    replaced_by: scope.replacedBy,
    sunset_time: scope.sunsetTime === undefined ? null : new Date(scope.sunsetTime),
    unlisted: scope.unlisted,
    aliases: scope.aliases,
    disabled_by_admin: scope.disabledByAdmin,
    proposal: scope.proposal === undefined ? null : encodeProposal(scope.proposal),
    ...(scope.refusedProposal === undefined ? {} : { refused_proposal: encodeProposal(scope.refusedProposal) }),
    ...encodeStamp(scope),
  }),
  decode: (document) => ({
    name: document._id,
    description: document.description,
    isDefault: document.is_default,
    owner: document.owner,
    state: document.state,
    restricted: document.restricted,
    resources: document.resources,
    consentTexts: document.consent_texts,
    deprecated: document.deprecated,
    replacedBy: document.replaced_by,
    sunsetTime: document.sunset_time === null ? undefined : document.sunset_time.getTime(),
    unlisted: document.unlisted,
    aliases: document.aliases ?? EARLIER_SCOPE.aliases,
    disabledByAdmin: document.disabled_by_admin ?? EARLIER_SCOPE.disabledByAdmin,
    proposal: document.proposal ? decodeProposal(document.proposal) : undefined,
    refusedProposal: document.refused_proposal && decodeProposal(document.refused_proposal),
    ...decodeStamp(document),
  }),
};

function encodeProposal({ isDefault, ...same }: ScopeProposal): ProposalDocument {
  return { is_default: isDefault, restricted: same.restricted, resources: same.resources, aliases: same.aliases };
}

function decodeProposal({ is_default, ...same }: ProposalDocument): ScopeProposal {
  return { isDefault: is_default, restricted: same.restricted, resources: same.resources, aliases: same.aliases };
}
