import { type EnableScopesResponse, type Scope, ScopeState } from "@scope-registry/client/messages";
import { useState } from "preact/hooks";
import { useRights } from "../sign-in/use-rights.ts";
import { EnableButton, Enabled } from "./enable-button.tsx";
import { RetirementDialog, type RetirementStep } from "./retirement-dialog.tsx";
import { useAct } from "./use-act.ts";

/** Takes a scope away in two steps, or brings it back after the first. */
export function Retirement({ scope, onDone }: { readonly scope: Scope; readonly onDone: () => void }) {
  const [open, setOpen] = useState<RetirementStep | undefined>();
  const enabling = useAct<EnableScopesResponse>();
  const { admin } = useRights();
  const isDisabled = scope.state === ScopeState.DISABLED;
  const isKept = scope.disabledByAdmin && !admin;
  const close = () => setOpen(undefined);
  const retire = () => {
    // It can be enabled once more then.
    enabling.reset();
    setOpen("disable");
  };
  return (
    <section>
      <h3>{isDisabled ? "Retired" : "Retire"}</h3>
      <p class="hint">
        {isDisabled
          ? `It is not valid${scope.disabledByAdmin ? ": an administrator has disabled it" : ""}. ${isKept ? "An administrator alone can enable it again, or delete it." : "It can be enabled again, or deleted."}`
          : "You are shown first what that would break."}
      </p>
      <Enabled act={enabling} />
      <div class="acts">
        {!isDisabled && (
          <button type="button" class="button danger" onClick={retire}>
            Retire…
          </button>
        )}
        {isDisabled && !isKept && (
          <>
            <EnableButton name={scope.name} words="Enable" act={enabling} onDone={onDone} />
            <button type="button" class="button danger" onClick={() => setOpen("delete")}>
              Delete…
            </button>
          </>
        )}
      </div>
      {(["disable", "delete"] as const).map((step) => (
        <RetirementDialog key={step} scope={scope} step={step} open={open === step} onClose={close} onDone={onDone} />
      ))}
    </section>
  );
}
