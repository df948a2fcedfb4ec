import type { ClientPolicy, SetClientPolicyResponse } from "@scope-registry/client/messages";
import { useState } from "preact/hooks";
import { ActButton } from "../acts/act-button.tsx";
import { ActProblem } from "../acts/act-problem.tsx";
import { Done } from "../acts/done.tsx";
import { useAct } from "../acts/use-act.ts";
import { useCatalogue } from "../catalogue.ts";
import { NamesChanged } from "./names-changed.tsx";
import { namesIn } from "./names-in.ts";

interface PolicyFormProps {
  readonly clientId: string;
  /** Undefined: there is none yet. */
  readonly policy: ClientPolicy | undefined;
  readonly onDone: () => void;
}

/** A client's ceiling and its own defaults, a name on a line. Nobody else's change is overwritten unseen. */
export function PolicyForm({ clientId, policy, onDone }: PolicyFormProps) {
  const { admin } = useCatalogue().calls;
  // What the draft was begun from, until it is saved or somebody has seen what it would overwrite.
  const [base, setBase] = useState(policy);
  const [allowed, setAllowed] = useState((policy?.allowedScopes ?? []).join("\n"));
  const [defaults, setDefaults] = useState((policy?.defaultScopes ?? []).join("\n"));
  const act = useAct<SetClientPolicyResponse>();
  const isOutdated = (policy?.revision ?? 0n) !== (base?.revision ?? 0n) && !samePolicy(policy, base);
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const draft = { clientId, allowedScopes: namesIn(allowed), defaultScopes: namesIn(defaults) };
    // Grants change the revision too, and are not touched by this.
    const expectedRevision = (isOutdated ? base?.revision : policy?.revision) ?? 0n;
    const done = await act.run(() => admin.setClientPolicy({ clientPolicy: draft, expectedRevision }));
    if (done !== undefined) setBase(done.clientPolicy);
    onDone();
  };
  return (
    <form class="form policy-form" onSubmit={submit}>
      <NamesField
        label="Ceiling: all that it may ask for, a name or template on a line; none: no ceiling"
        value={allowed}
        onValue={setAllowed}
      />
      <NamesField
        label="Defaults: what it gets where it names no scope, in place of all others; none: those of everybody"
        value={defaults}
        onValue={setDefaults}
      />
      {isOutdated && (
        <div class="since-read" role="alert">
          <p>Somebody else has changed it since you began:</p>
          <dl class="fields">
            <NamesChanged label="Ceiling" before={base?.allowedScopes} after={policy?.allowedScopes} />
            <NamesChanged label="Defaults" before={base?.defaultScopes} after={policy?.defaultScopes} />
          </dl>
          <button type="button" class="button quiet" onClick={() => setBase(policy)}>
            Keep mine, it may be overwritten
          </button>
        </div>
      )}
      {!isOutdated && <ActProblem error={act.error} />}
      <div class="acts">
        <ActButton busy={act.busy} missing={isOutdated ? "Look at what has changed first" : ""}>
          Save
        </ActButton>
        {act.result !== undefined && <Done revision={act.result.clientPolicy?.revision ?? 0n}>Saved</Done>}
      </div>
    </form>
  );
}

function samePolicy(one: ClientPolicy | undefined, other: ClientPolicy | undefined): boolean {
  return (["allowedScopes", "defaultScopes"] as const).every(
    (key) => (one?.[key] ?? []).join(" ") === (other?.[key] ?? []).join(" "),
  );
}

interface NamesFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onValue: (value: string) => void;
}

function NamesField({ label, value, onValue }: NamesFieldProps) {
  return (
    <label class="labelled">
      <span>{label}</span>
      <textarea
        rows={4}
        value={value}
        spellcheck={false}
        autocomplete="off"
        autocapitalize="none"
        onInput={({ currentTarget }) => onValue(currentTarget.value)}
      />
    </label>
  );
}
