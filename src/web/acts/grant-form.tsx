import type { GrantScopesResponse } from "@scope-registry/client/messages";
import { useState } from "preact/hooks";
import { useCatalogue } from "../catalogue.ts";
import { NameField } from "../parts/name-field.tsx";
import { ActButton } from "./act-button.tsx";
import { ActProblem } from "./act-problem.tsx";
import { Done } from "./done.tsx";
import { useAct } from "./use-act.ts";

/** What is known of a grant that is to be made: the scope, or the client. The other is asked for. */
export interface GrantFormProps {
  readonly scopeName?: string;
  readonly clientId?: string;
  readonly onDone: () => void;
}

/** Grants a scope to a client. */
export function GrantForm({ scopeName, clientId, onDone }: GrantFormProps) {
  const { admin } = useCatalogue().calls;
  const [client, setClient] = useState(clientId ?? "");
  const [name, setName] = useState(scopeName ?? "");
  const act = useAct<GrantScopesResponse>();
  const asksName = scopeName === undefined || scopeName.includes("{");
  const missing = client.trim() === "" ? "Name the client first" : name.trim() === "" ? "Name the scope first" : "";
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    if (missing !== "") return;
    const request = { clientId: client.trim(), scopes: [name.trim()] };
    if ((await act.run(() => admin.grantScopes(request))) === undefined) return;
    if (clientId === undefined) setClient("");
    else setName("");
    onDone();
  };
  return (
    <form class="form grant-form" aria-label="Grant" onSubmit={submit}>
      {clientId === undefined && <NameField label="Client" value={client} onValue={setClient} />}
      {asksName && (
        <NameField
          label={scopeName === undefined ? "Scope" : "Scope, or one instance of it"}
          value={name}
          onValue={setName}
        />
      )}
      <ActButton busy={act.busy} missing={missing}>
        Grant
      </ActButton>
      <ActProblem error={act.error} />
      {act.result !== undefined && <Done revision={act.result.clientPolicy?.revision ?? 0n}>Granted</Done>}
    </form>
  );
}
