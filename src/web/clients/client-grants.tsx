import type { RevokeScopesResponse } from "@scope-registry/client/messages";
import { useState } from "preact/hooks";
import { ActButton } from "../acts/act-button.tsx";
import { ActProblem } from "../acts/act-problem.tsx";
import { CloseButton, Dialog } from "../acts/dialog.tsx";
import { Done } from "../acts/done.tsx";
import { useAct } from "../acts/use-act.ts";
import { useCatalogue } from "../catalogue.ts";
import { ScopeLink, ScopeName } from "../parts/scope-name.tsx";
import { numberText } from "../time-text.ts";

/** How many grants are shown before somebody asks for all. */
const SHOWN = 50;

interface ClientGrantsProps {
  readonly clientId: string;
  readonly granted: readonly string[];
  readonly onDone: () => void;
}

/** The grants of a client, and what takes one. */
export function ClientGrants({ clientId, granted, onDone }: ClientGrantsProps) {
  const { admin } = useCatalogue().calls;
  const [name, setName] = useState<string | undefined>();
  const [all, setAll] = useState(false);
  const act = useAct<RevokeScopesResponse>();
  const shown = all ? granted : granted.slice(0, SHOWN);
  const ask = (scope: string) => {
    // What came of the grant before is not about this one.
    act.reset();
    setName(scope);
  };
  const revoke = async (scope: string) => {
    if ((await act.run(() => admin.revokeScopes({ clientId, scopes: [scope] }))) === undefined) return;
    setName(undefined);
    onDone();
  };
  return (
    <>
      {granted.length === 0 && <p>It holds no grant.</p>}
      <ul class="grants">
        {shown.map((scope) => (
          <li key={scope}>
            <ScopeLink name={scope} />
            <button type="button" class="link" aria-label={`Revoke ${scope}`} onClick={() => ask(scope)}>
              Revoke…
            </button>
          </li>
        ))}
      </ul>
      {shown.length < granted.length && (
        <button type="button" class="link" onClick={() => setAll(true)}>
          Show all {numberText(granted.length)}
        </button>
      )}
      {act.result !== undefined && <Done revision={act.result.clientPolicy?.revision ?? 0n}>Revoked</Done>}
      <Dialog open={name !== undefined} title="Revoke the grant" busy={act.busy} onClose={() => setName(undefined)}>
        <p class="dialog-name">{name !== undefined && <ScopeName name={name} />}</p>
        <p>
          As long as the scope is restricted, <bdi class="client-id">{clientId}</bdi> is refused it from its next token
          request on. Tokens that it already has stay as they are until they expire.
        </p>
        <ActProblem error={act.error} />
        <div class="dialog-end">
          <CloseButton>Cancel</CloseButton>
          <ActButton busy={act.busy} look="danger" onAct={() => name !== undefined && revoke(name)}>
            Revoke
          </ActButton>
        </div>
      </Dialog>
    </>
  );
}
