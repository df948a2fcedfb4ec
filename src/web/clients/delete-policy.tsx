import type { ClientPolicy } from "@scope-registry/client/messages";
import { useState } from "preact/hooks";
import { ActButton } from "../acts/act-button.tsx";
import { ActProblem } from "../acts/act-problem.tsx";
import { CloseButton, Dialog } from "../acts/dialog.tsx";
import { type Act, useAct } from "../acts/use-act.ts";
import { useCatalogue } from "../catalogue.ts";
import { NameField } from "../parts/name-field.tsx";
import { Problem } from "../parts/problem.tsx";
import { Skeleton } from "../parts/skeleton.tsx";
import { useAnswer } from "../parts/use-answer.ts";
import { type Deletion, deleteAsRead } from "./delete-as-read.ts";
import { readPolicy } from "./read-policy.ts";
import { WhatDeletionChanges } from "./what-deletion-changes.tsx";

interface DeletePolicyProps {
  readonly clientId: string;
  /** Called with the revision at which the policy was deleted. */
  readonly onDone: (revision: bigint) => void;
  /** Called when nothing was deleted: the policy may be another one than the page shows. */
  readonly onLeft: () => void;
}

/** Deletes all that is set for a client, after it has said what that changes. */
export function DeletePolicy({ clientId, onDone, onLeft }: DeletePolicyProps) {
  const [open, setOpen] = useState(false);
  const act = useAct<Deletion>();
  const close = () => {
    act.reset();
    setOpen(false);
    onLeft();
  };
  return (
    <>
      <div class="acts">
        <button type="button" class="button danger" onClick={() => setOpen(true)}>
          Delete…
        </button>
      </div>
      <Dialog open={open} title="Delete the policy" busy={act.busy} onClose={close}>
        <Question clientId={clientId} act={act} onDone={onDone} />
      </Dialog>
    </>
  );
}

type QuestionProps = Omit<DeletePolicyProps, "onLeft"> & { readonly act: Act<Deletion> };

/** What is asked is of the policy as it is when the window opens: the page may have been open for long. */
function Question({ clientId, act, onDone }: QuestionProps) {
  const { admin } = useCatalogue().calls;
  const [answer, again] = useAnswer((signal) => readPolicy(admin, clientId, signal), clientId, []);
  if (answer.kind === "failed") return <Problem error={answer.error} onRetry={again} />;
  if (answer.kind === "waiting") return <Skeleton rows={3} />;
  const policy = answer.value;
  if (policy === undefined) {
    return (
      <>
        <p>There is nothing to delete any more.</p>
        <div class="dialog-end">
          <CloseButton>Close</CloseButton>
        </div>
      </>
    );
  }
  return <Confirmation policy={policy} act={act} onOutdated={again} onDone={onDone} />;
}

type ConfirmationProps = Pick<QuestionProps, "act" | "onDone"> & {
  readonly policy: ClientPolicy;
  readonly onOutdated: () => void;
};

function Confirmation({ policy, act, onOutdated, onDone }: ConfirmationProps) {
  const { admin } = useCatalogue().calls;
  const [typed, setTyped] = useState("");
  const { clientId, grantedScopes } = policy;
  // Grants are of many resource servers, and nobody puts them back at once.
  const asks = grantedScopes.length > 0;
  const missing = asks && typed.trim() !== clientId.trim() ? "Type the client first" : "";
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    if (missing !== "") return;
    const deletion = await act.run(() => deleteAsRead(admin, policy));
    if (deletion?.kind === "deleted") onDone(deletion.revision);
    else if (deletion !== undefined) onOutdated();
  };
  return (
    <form class="form" onSubmit={submit}>
      <p>
        The ceiling, the defaults and the grants of <bdi class="client-id">{clientId}</bdi> are deleted, all at once.
      </p>
      <WhatDeletionChanges policy={policy} />
      {asks && <NameField label="To go on, type the client" value={typed} onValue={setTyped} />}
      {act.result?.kind === "outdated" ? (
        <p class="act-problem" role="alert">
          Nothing was done: it has been changed meanwhile, see above.
        </p>
      ) : (
        <ActProblem error={act.error} />
      )}
      <div class="dialog-end">
        <CloseButton>Cancel</CloseButton>
        <ActButton busy={act.busy} missing={missing} look="danger">
          Delete the policy
        </ActButton>
      </div>
    </form>
  );
}
