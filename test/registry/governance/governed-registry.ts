import {
  type ClientRecord,
  judgeScopes,
  type ScopeRecord,
  type VerdictStatusName,
} from "@scope-registry/client/judging";
import { checkRegistration } from "../../../src/registry/check-registration.ts";
import { planApproval } from "../../../src/registry/governance/approve-scopes.ts";
import type { Actor } from "../../../src/registry/governance/authority.ts";
import { checkResourceServer } from "../../../src/registry/governance/check-resource-server.ts";
import {
  checkClientPolicy,
  planClientPolicy,
  planPolicyDeletion,
} from "../../../src/registry/governance/client-policies.ts";
import { planEnabling } from "../../../src/registry/governance/enable-scopes.ts";
import type {
  ResourceServerSettings,
  RetirementAnswer,
  ScopesAnswer,
} from "../../../src/registry/governance/governance.ts";
import { planGrant, planRevocation } from "../../../src/registry/governance/grants.ts";
import { planRefusal } from "../../../src/registry/governance/refuse-scopes.ts";
import { planRegistryPolicy } from "../../../src/registry/governance/registry-policy.ts";
import { planRelease } from "../../../src/registry/governance/release-names.ts";
import { planDeletion, planDisabling } from "../../../src/registry/governance/retire-scopes.ts";
import type { UsesByName } from "../../../src/registry/governance/scope-usage.ts";
import { planServerSettings } from "../../../src/registry/governance/set-resource-server.ts";
import { planTransfer } from "../../../src/registry/governance/transfer-scopes.ts";
import { planOwnScopes } from "../../../src/registry/own-scopes.ts";
import type { Registration, ScopeDefinition } from "../../../src/registry/registration.ts";
import { RegistryState } from "../../../src/registry/registry-state.ts";
import type { Plan } from "../../../src/registry/registry-view.ts";
import type { LogEntry, RegistryPolicyRecord } from "../../../src/store/scope-log.ts";
import { OWN_SCOPES } from "../opened-registry.ts";
import { ADMIN, DEFAULTS_SCOPE, entryOf, nextStamp, plan, registrationOf } from "../sample-registrations.ts";

/** Nobody was granted anything. */
export const NO_USES: UsesByName = { today: 20_000, uses: new Map() };

/** The settings of a resource server that nothing is set of. */
export function settingsOf(name: string, changes: Partial<ResourceServerSettings> = {}): ResourceServerSettings {
  const texts = { displayName: "", contact: "" };
  return { name, ...texts, resources: [], namePrefixes: [], mode: "READ_WRITE", maySetDefaults: false, ...changes };
}

/** A registry in memory, on which every act is checked, planned and applied as the real one does. */
export class GovernedRegistry {
  readonly state = new RegistryState();
  /** What was done, in order. */
  readonly entries: LogEntry[] = [];

  /** A scope that is there. */
  scope(name: string): ScopeRecord {
    const scope = this.state.scope(name);
    if (scope === undefined) throw new Error(`Scope ${name} is not registered`);
    return scope;
  }

  /** How a name is judged when a client asks for it. */
  statusOf(name: string, clientId = ""): VerdictStatusName | undefined {
    const request = { scopes: [name], clientId, resources: [], mode: "NARROW", consentLocales: undefined } as const;
    return judgeScopes(this.state, request).verdicts[0]?.status;
  }

  /** Applies what an act comes to, and gives its answer. */
  apply<Answer>(actor: string, planned: Plan<Answer>): Answer {
    if (planned.changes.length === 0) return planned.answer;
    const entry = entryOf(this.state, actor, planned);
    if (!this.state.isNext(entry)) throw new Error("A change does not begin with what the record is");
    this.state.apply(entry);
    this.entries.push(entry);
    return planned.answer;
  }

  registerOwnScopes(): void {
    this.apply("", planOwnScopes(this.state, OWN_SCOPES, nextStamp(this.state)));
  }

  /** Registers, and gives the outcomes by name. */
  register(
    actor: Actor,
    scopes: readonly (string | ScopeDefinition)[],
    changes: Partial<Registration> = {},
  ): Record<string, string> {
    const registration = checkRegistration(registrationOf(scopes, changes));
    const { results } = this.apply(actor.owner, plan(this.state, actor, registration));
    return Object.fromEntries(results.map(({ name, outcome }) => [name, outcome]));
  }

  set(name: string, changes: Partial<ResourceServerSettings> = {}, expected?: number): void {
    const checked = checkResourceServer(settingsOf(name, changes));
    this.apply(ADMIN.owner, planServerSettings(this.state, ADMIN, checked, expected, nextStamp(this.state)));
  }

  setPolicy(names: RegistryPolicyRecord["names"], expected?: number): RegistryPolicyRecord {
    return this.apply(ADMIN.owner, planRegistryPolicy(this.state, ADMIN, names, expected, nextStamp(this.state)));
  }

  approve(names: readonly string[], expected?: number): ScopesAnswer {
    return this.apply(ADMIN.owner, planApproval(this.state, ADMIN, names, expected, nextStamp(this.state)));
  }

  refuse(names: readonly string[], expected?: number): ScopesAnswer {
    return this.apply(ADMIN.owner, planRefusal(this.state, ADMIN, names, expected, nextStamp(this.state)));
  }

  /** With force, unless uses are given. */
  disable(actor: Actor, names: readonly string[], uses?: UsesByName): RetirementAnswer {
    const retirement = { names, force: uses === undefined, validateOnly: false };
    return this.apply(
      actor.owner,
      planDisabling(this.state, actor, retirement, uses ?? NO_USES, nextStamp(this.state)),
    );
  }

  enable(actor: Actor, names: readonly string[]): ScopesAnswer {
    return this.apply(actor.owner, planEnabling(this.state, actor, names, nextStamp(this.state), DEFAULTS_SCOPE));
  }

  /** With force, unless uses are given. */
  delete(actor: Actor, names: readonly string[], uses?: UsesByName): RetirementAnswer {
    const retirement = { names, force: uses === undefined, validateOnly: false };
    return this.apply(actor.owner, planDeletion(this.state, actor, retirement, uses ?? NO_USES, nextStamp(this.state)));
  }

  /** Disables and deletes. */
  retire(actor: Actor, names: readonly string[]): void {
    this.disable(actor, names);
    this.delete(actor, names);
  }

  /** Answers the revision, and how many entries it took. */
  release(names: readonly string[]): { revision: number; entries: number } {
    for (let entries = 1; ; entries++) {
      const plan = planRelease(this.state, ADMIN, names, nextStamp(this.state));
      const { revision, isDone } = this.apply(ADMIN.owner, plan);
      if (isDone) return { revision, entries };
    }
  }

  transfer(actor: Actor, names: readonly string[], newOwner: string): ScopesAnswer {
    return this.apply(actor.owner, planTransfer(this.state, actor, names, newOwner, nextStamp(this.state)));
  }

  grant(actor: Actor, clientId: string, names: readonly string[]): ClientRecord {
    return this.apply(actor.owner, planGrant(this.state, actor, clientId, names, nextStamp(this.state)));
  }

  revoke(actor: Actor, clientId: string, names: readonly string[]): ClientRecord {
    return this.apply(actor.owner, planRevocation(this.state, actor, clientId, names, nextStamp(this.state)));
  }

  setClient(clientId: string, allowedScopes: readonly string[], defaultScopes: readonly string[] = []): ClientRecord {
    const policy = checkClientPolicy({ clientId, allowedScopes, defaultScopes });
    return this.apply(ADMIN.owner, planClientPolicy(this.state, ADMIN, policy, undefined, nextStamp(this.state)));
  }

  deleteClient(clientId: string): number {
    return this.apply(ADMIN.owner, planPolicyDeletion(this.state, ADMIN, clientId, undefined, nextStamp(this.state)));
  }
}
