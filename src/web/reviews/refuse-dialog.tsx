import type { Scope } from "@scope-registry/client/messages";
import { ActButton } from "../acts/act-button.tsx";
import { ActProblem } from "../acts/act-problem.tsx";
import { CloseButton, Dialog } from "../acts/dialog.tsx";
import type { Act } from "../acts/use-act.ts";
import { ScopeLink } from "../parts/scope-name.tsx";
import type { Decision } from "./reviews.ts";

interface RefuseDialogProps {
  /** Empty: the window is closed. */
  readonly scopes: readonly Scope[];
  readonly act: Act<Decision>;
  readonly onRefuse: (names: readonly string[]) => void;
  readonly onClose: () => void;
}

/** Refuses scopes that wait. One of which nothing is in force is disabled; of an approved one what it proposes is dropped. */
export function RefuseDialog({ scopes, act, onRefuse, onClose }: RefuseDialogProps) {
  const unapproved = scopes.filter(({ proposal }) => proposal === undefined);
  const proposals = scopes.filter(({ proposal }) => proposal !== undefined);
  return (
    <Dialog open={scopes.length > 0} title="Refuse" busy={act.busy} onClose={onClose}>
      {unapproved.length > 0 && (
        <>
          <Names scopes={unapproved} />
          <p>
            It is disabled: its owner can register it again, but not make it valid. An administrator can enable it,
            which approves it.
          </p>
        </>
      )}
      {proposals.length > 0 && (
        <>
          <Names scopes={proposals} />
          <p>
            It stays valid as it is, and what it proposes is dropped. Its owner can propose something else; the same
            does not wait here again. To end the scope itself, retire it on its page.
          </p>
        </>
      )}
      <ActProblem error={act.error} />
      <div class="dialog-end">
        <CloseButton>Cancel</CloseButton>
        <ActButton busy={act.busy} look="danger" onAct={() => onRefuse(scopes.map(({ name }) => name))}>
          {scopes.length === 1 ? "Refuse" : `Refuse ${scopes.length}`}
        </ActButton>
      </div>
    </Dialog>
  );
}

function Names({ scopes }: Pick<RefuseDialogProps, "scopes">) {
  return (
    <ul class="dialog-names">
      {scopes.map(({ name }) => (
        <li key={name}>
          <ScopeLink name={name} />
        </li>
      ))}
    </ul>
  );
}
