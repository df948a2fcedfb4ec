import { ChangeKind } from "@scope-registry/client/messages";

/** A kind of change: as it stands in URLs, and in plain words. */
export interface ChangeKindText {
  readonly kind: ChangeKind;
  readonly word: string;
  readonly text: string;
}

/** Every kind, in the contract's order. */
export const CHANGE_KINDS: readonly ChangeKindText[] = [
  { kind: ChangeKind.OWN_SCOPES, word: "own-scopes", text: "The registry’s own scopes" },
  { kind: ChangeKind.REGISTRATION, word: "registration", text: "Scopes registered" },
  { kind: ChangeKind.RESOURCE_SERVER, word: "resource-server", text: "Resource server set" },
  { kind: ChangeKind.CLIENT_POLICY, word: "client-policy", text: "Client policy set" },
  { kind: ChangeKind.GRANT, word: "grant", text: "Scopes granted" },
  { kind: ChangeKind.REVOCATION, word: "revocation", text: "Grants revoked" },
  { kind: ChangeKind.APPROVAL, word: "approval", text: "Scopes approved" },
  { kind: ChangeKind.DISABLING, word: "disabling", text: "Scopes disabled" },
  { kind: ChangeKind.ENABLING, word: "enabling", text: "Scopes enabled" },
  { kind: ChangeKind.DELETION, word: "deletion", text: "Scopes deleted" },
  { kind: ChangeKind.RELEASE, word: "release", text: "Names released" },
  { kind: ChangeKind.TRANSFER, word: "transfer", text: "Scopes transferred" },
  { kind: ChangeKind.REGISTRY_POLICY, word: "registry-policy", text: "Registry policy set" },
  { kind: ChangeKind.REFUSAL, word: "refusal", text: "Scopes refused" },
];

/** A kind in plain words. */
export function changeKindText(kind: ChangeKind): string {
  return CHANGE_KINDS.find((known) => known.kind === kind)?.text ?? "Changed";
}
