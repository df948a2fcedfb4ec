import { type EnableScopesResponse, ScopeState } from "@scope-registry/client/messages";
import { useCatalogue } from "../catalogue.ts";
import { ActButton } from "./act-button.tsx";
import { ActProblem } from "./act-problem.tsx";
import { Done } from "./done.tsx";
import type { Act } from "./use-act.ts";

/** Which scope it enables, and what has come of it: the scope may be shown otherwise then. */
export interface EnableButtonProps {
  readonly name: string;
  readonly words: string;
  readonly act: Act<EnableScopesResponse>;
  readonly onDone: () => void;
}

/** Makes a disabled scope valid again. */
export function EnableButton({ name, words, act, onDone }: EnableButtonProps) {
  const { admin } = useCatalogue().calls;
  if (act.result !== undefined) return null;
  const enable = async () => {
    if ((await act.run(() => admin.enableScopes({ names: [name] }))) !== undefined) onDone();
  };
  return (
    <>
      <ActProblem error={act.error} />
      <ActButton busy={act.busy} look="quiet" onAct={enable}>
        {words}
      </ActButton>
    </>
  );
}

/** That it is enabled. An owner whose changes are reviewed has to wait. */
export function Enabled({ act: { result } }: Pick<EnableButtonProps, "act">) {
  if (result === undefined) return null;
  const waits = result.scopes[0]?.state === ScopeState.PENDING;
  return <Done revision={result.revision}>{waits ? "Waits for review" : "Enabled"}</Done>;
}
