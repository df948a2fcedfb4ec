import type { Scope } from "@scope-registry/client/messages";
import { hrefOf } from "../navigation/place.ts";
import { ProposalFields } from "./proposal-fields.tsx";
import { Refusal } from "./refusal.tsx";

/** What a scope proposed last, and was refused: why what its owner registers is not in force. */
export function RefusedProposal({ scope }: { readonly scope: Scope }) {
  const { owner, refusedProposal } = scope;
  if (refusedProposal === undefined) return null;
  return (
    <section class="standing standing-over" aria-label="Refused change">
      <p>
        <strong>A change of it was refused.</strong> It is granted as it was before.
      </p>
      <ProposalFields scope={scope} proposal={refusedProposal} />
      <Refusal scope={scope} what="Refused">
        As long as what its owner registers is reviewed, the same again proposes nothing, and anything else that reaches
        further waits. To let it through after all, an administrator opens{" "}
        <a href={hrefOf({ page: "resource-server", name: owner })}>
          <bdi>{owner}</bdi>
        </a>{" "}
        (mode <code>READ_WRITE</code>) while it registers.
      </Refusal>
    </section>
  );
}
