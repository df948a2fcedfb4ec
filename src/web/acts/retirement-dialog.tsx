import type {
  DeleteScopesResponse,
  DisableScopesResponse,
  EnableScopesResponse,
  Scope,
} from "@scope-registry/client/messages";
import { useState } from "preact/hooks";
import { useCatalogue } from "../catalogue.ts";
import { NameField } from "../parts/name-field.tsx";
import { Problem } from "../parts/problem.tsx";
import { ScopeName } from "../parts/scope-name.tsx";
import { Skeleton } from "../parts/skeleton.tsx";
import { useAnswer } from "../parts/use-answer.ts";
import type { Calls } from "../registry/calls.ts";
import { refusalReason } from "../registry/refusal-reason.ts";
import { ActButton } from "./act-button.tsx";
import { ActProblem } from "./act-problem.tsx";
import { CloseButton, Dialog } from "./dialog.tsx";
import { Done } from "./done.tsx";
import { EnableButton, Enabled } from "./enable-button.tsx";
import { useAct } from "./use-act.ts";
import { WhatBreaks } from "./what-breaks.tsx";

/** The two steps in which a scope is taken away. */
export type RetirementStep = "disable" | "delete";

/** Which scope is to be taken away, and who is told. */
export interface RetirementProps {
  readonly scope: Scope;
  readonly step: RetirementStep;
  readonly open: boolean;
  readonly onClose: () => void;
  /** Called whenever the registry has changed it. */
  readonly onDone: () => void;
}

type Retired = DisableScopesResponse | DeleteScopesResponse;

/** Takes a scope away, after it has said what that would break. */
export function RetirementDialog(props: RetirementProps) {
  const { scope, step, open, onClose } = props;
  const act = useAct<Retired>();
  const undo = useAct<EnableScopesResponse>();
  const close = () => {
    act.reset();
    undo.reset();
    onClose();
  };
  return (
    <Dialog open={open} title={STEPS[step].title} busy={act.busy || undo.busy} onClose={close}>
      <p class="dialog-name">
        <ScopeName name={scope.name} />
      </p>
      {act.result === undefined ? (
        <Question {...props} act={act} />
      ) : (
        <>
          <Done revision={act.result.revision}>{STEPS[step].done}</Done>
          <Enabled act={undo} />
          <div class="dialog-end">
            {step === "disable" && <EnableButton name={scope.name} act={undo} onDone={props.onDone} words="Undo" />}
            <CloseButton>Close</CloseButton>
          </div>
        </>
      )}
    </Dialog>
  );
}

type Asked = RetirementProps & { readonly act: ReturnType<typeof useAct<Retired>> };

function Question({ scope, step, act, onDone }: Asked) {
  const { admin } = useCatalogue().calls;
  const [typed, setTyped] = useState("");
  const ask = (signal: AbortSignal) =>
    STEPS[step].call(admin, { names: [scope.name], force: true, validateOnly: true }, signal);
  const [answer, again] = useAnswer(ask, scope.name, []);
  if (answer.kind === "failed") return <Problem error={answer.error} onRetry={again} />;
  if (answer.kind === "waiting") return <Skeleton rows={3} />;
  const usage = answer.value.usages[0];
  const force = usage?.inUse === true;
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    if (force && typed.trim() !== scope.name) return;
    const done = await act.run(() => STEPS[step].call(admin, { names: [scope.name], force, validateOnly: false }));
    if (done !== undefined) onDone();
    else again();
  };
  return (
    <form class="form" onSubmit={submit}>
      <p>{STEPS[step].meaning(scope.owner)}</p>
      {usage !== undefined && <WhatBreaks scope={scope} usage={usage} />}
      {force && (
        <NameField label="To go on nevertheless, type the name of the scope" value={typed} onValue={setTyped} />
      )}
      {refusalReason(act.error) === "SCOPE_IN_USE" ? (
        <p class="act-problem" role="alert">
          Somebody has begun to use it meanwhile: see above.
        </p>
      ) : (
        <ActProblem error={act.error} />
      )}
      <div class="dialog-end">
        <CloseButton>Cancel</CloseButton>
        <ActButton
          busy={act.busy}
          missing={force && typed.trim() !== scope.name ? "Type the name of the scope first" : ""}
          look="danger"
        >
          {STEPS[step].title}
        </ActButton>
      </div>
    </form>
  );
}

interface Retirement {
  readonly names: string[];
  readonly force: boolean;
  readonly validateOnly: boolean;
}

interface StepText {
  readonly title: string;
  readonly done: string;
  meaning(owner: string): string;
  call(admin: Calls["admin"], request: Retirement, signal?: AbortSignal): Promise<Retired>;
}

const STEPS: Readonly<Record<RetirementStep, StepText>> = {
  disable: {
    title: "Retire scope",
    done: "Retired",
    meaning: (owner) =>
      `It is disabled: token requests for it are refused from then on, and introspection leaves it out of tokens that carry it. The name stays kept for ${owner}, and the scope can be enabled again.`,
    call: (admin, request, signal) => admin.disableScopes(request, { ...(signal && { signal }) }),
  },
  delete: {
    title: "Delete scope",
    done: "Deleted",
    meaning: (owner) =>
      `What is known of the scope is deleted; the history keeps it. Its name stays reserved for ${owner}, who alone can register it again, so that it never means something else in tokens that still carry it. An administrator can release the name.`,
    call: (admin, request, signal) => admin.deleteScopes(request, { ...(signal && { signal }) }),
  },
};
