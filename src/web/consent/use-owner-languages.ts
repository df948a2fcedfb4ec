import { useCatalogue } from "../catalogue.ts";
import { useAnswer } from "../parts/use-answer.ts";

/** How many of an owner's scopes are looked at: enough to tell which languages its users have. */
const LOOKED_AT = 200;

/** The languages that an owner's scopes have texts in; none while they are not known. */
export function useOwnerLanguages(owner: string): readonly string[] {
  const { calls } = useCatalogue();
  const [answer] = useAnswer(
    async (signal) => {
      // The registry's own scopes have no owner to ask by, and no texts.
      if (owner === "") return [];
      const { scopes } = await calls.registry.listScopes({ owner, pageSize: LOOKED_AT }, { signal });
      return [...new Set(scopes.flatMap(({ consentTexts }) => Object.keys(consentTexts)))];
    },
    owner,
    [],
  );
  return answer.kind === "answered" ? answer.value : [];
}
