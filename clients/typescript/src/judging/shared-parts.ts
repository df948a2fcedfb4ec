import type { ScopeRecord } from "./scope-record.ts";

interface SharedText {
  readonly text: string;
  /** The list of this text alone. */
  readonly alone: readonly string[];
  uses: number;
}

/** Texts that many records hold, each kept once while one of them does. */
class SharedTexts {
  readonly #texts = new Map<string, SharedText>();

  has(text: string): boolean {
    return this.#texts.has(text);
  }

  take(text: string): SharedText {
    let shared = this.#texts.get(text);
    if (shared === undefined) {
      shared = { text, alone: [text], uses: 0 };
      this.#texts.set(text, shared);
    }
    shared.uses += 1;
    return shared;
  }

  giveBack(text: string): void {
    const shared = this.#texts.get(text);
    if (shared === undefined) return;
    shared.uses -= 1;
    if (shared.uses === 0) this.#texts.delete(text);
  }
}

const NONE: readonly string[] = [];
/** What scopes without consent texts have. */
export const NO_CONSENT_TEXTS: ScopeRecord["consentTexts"] = {};

/** Has records share what many of them hold: a large registry takes half the memory, and less of it is read to judge. */
export class SharedParts {
  readonly #owners = new SharedTexts();
  readonly #resources = new SharedTexts();

  /** Whether any record that shares is tied to this resource URI. */
  hasResource(uri: string): boolean {
    return this.#resources.has(uri);
  }

  /** The same record, made of shared parts: to be given to {@link release} when it is no longer kept. */
  share(scope: ScopeRecord): ScopeRecord {
    return {
      name: scope.name,
      description: scope.description,
      isDefault: scope.isDefault,
      owner: this.#owners.take(scope.owner).text,
      state: scope.state,
      restricted: scope.restricted,
      resources: this.#shareResources(scope.resources),
      consentTexts: isEmpty(scope.consentTexts) ? NO_CONSENT_TEXTS : scope.consentTexts,
      deprecated: scope.deprecated,
      replacedBy: scope.replacedBy,
      sunsetTime: scope.sunsetTime,
      unlisted: scope.unlisted,
      aliases: scope.aliases.length === 0 ? NONE : scope.aliases,
      disabledByAdmin: scope.disabledByAdmin,
      proposal: scope.proposal,
      refusedProposal: scope.refusedProposal,
      createTime: scope.createTime,
      updateTime: scope.updateTime,
      revision: scope.revision,
    };
  }

  release({ owner, resources }: ScopeRecord): void {
    this.#owners.giveBack(owner);
    for (const uri of resources) this.#resources.giveBack(uri);
  }

  #shareResources(uris: readonly string[]): readonly string[] {
    const [first, ...more] = uris;
    if (first === undefined) return NONE;
    const shared = this.#resources.take(first);
    return more.length === 0 ? shared.alone : [shared.text, ...more.map((uri) => this.#resources.take(uri).text)];
  }
}

function isEmpty(texts: ScopeRecord["consentTexts"]): boolean {
  for (const _tag in texts) return false;
  return true;
}
