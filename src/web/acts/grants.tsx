import type { RevokeScopesResponse, Scope, ScopeUsage } from "@scope-registry/client/messages";
import { useRef, useState } from "preact/hooks";
import { useCatalogue } from "../catalogue.ts";
import { ClientLink } from "../parts/client-links.tsx";
import { ScopeName } from "../parts/scope-name.tsx";
import { ActButton } from "./act-button.tsx";
import { ActProblem } from "./act-problem.tsx";
import { CloseButton, Dialog } from "./dialog.tsx";
import { Done } from "./done.tsx";
import { GrantForm } from "./grant-form.tsx";
import { useAct } from "./use-act.ts";

interface GrantsProps {
  readonly scope: Scope;
  readonly usage: ScopeUsage;
  /** Called whenever the registry has changed a grant. */
  readonly onDone: () => void;
}

/** Who holds a grant for a scope; grants it, and takes grants. */
export function Grants({ scope, usage, onDone }: GrantsProps) {
  const { admin } = useCatalogue().calls;
  const [client, setClient] = useState<string | undefined>();
  const act = useAct<RevokeScopesResponse>();
  const revoked = useRef("");
  const { grantCount, grantedClientIds } = usage;
  const ask = (clientId: string) => {
    // What came of the grant before is not about this one.
    act.reset();
    setClient(clientId);
  };
  const revoke = async (clientId: string) => {
    revoked.current = clientId;
    // A grant may stand under a former name.
    const done = await act.run(() => admin.revokeScopes({ clientId, scopes: [scope.name, ...scope.aliases] }));
    if (done === undefined) return;
    setClient(undefined);
    onDone();
  };
  return (
    <section>
      <h3>Grants</h3>
      <p class="hint">
        {scope.restricted
          ? "Only clients that hold a grant are given this scope."
          : "Every client may ask for this scope: a grant counts once it is restricted."}
      </p>
      <ul class="grants">
        {grantedClientIds.map((id) => (
          <li key={id}>
            <ClientLink id={id} />
            <button type="button" class="link" aria-label={`Revoke from ${id}`} onClick={() => ask(id)}>
              Revoke…
            </button>
          </li>
        ))}
      </ul>
      {grantCount > grantedClientIds.length && <p class="hint">And {grantCount - grantedClientIds.length} more.</p>}
      {act.result !== undefined && (
        <Done revision={act.result.clientPolicy?.revision ?? 0n}>
          {grantedClientIds.includes(revoked.current)
            ? "Revoked; the client still holds a grant for an instance of it,"
            : "Revoked"}
        </Done>
      )}
      <GrantForm scopeName={scope.name} onDone={onDone} />
      <Dialog open={client !== undefined} title="Revoke the grant" busy={act.busy} onClose={() => setClient(undefined)}>
        <p>
          <bdi class="client-id">{client}</bdi> is refused <ScopeName name={scope.name} /> from its next token request
          on
          {!scope.restricted && ", once the scope is restricted"}. Tokens that it already has stay as they are until
          they expire.
        </p>
        <ActProblem error={act.error} />
        <div class="dialog-end">
          <CloseButton>Cancel</CloseButton>
          <ActButton busy={act.busy} look="danger" onAct={() => client !== undefined && revoke(client)}>
            Revoke
          </ActButton>
        </div>
      </Dialog>
    </section>
  );
}
